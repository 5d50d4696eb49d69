// Two forms of one Ed25519 key. Where the page is a secure context and the browser can, the private half is a CryptoKey
// that cannot be read out, not even by a script in the page: it can be used here, but not taken elsewhere. On a plain
// http page there is no `crypto.subtle`; there the private half is 32 bytes in IndexedDB, which such a script could take.

import type * as noble from "@noble/curves/ed25519.js";
import { isRecord, readBytes } from "#shared/base/parse.ts";
import { PUBLIC_KEY_BYTES } from "#shared/rooms/deviceKey.ts";

export type DeviceKey =
  | { readonly form: "guarded"; readonly privateKey: CryptoKey; readonly publicKey: Uint8Array }
  | { readonly form: "readable"; readonly secretKey: Uint8Array; readonly publicKey: Uint8Array };

export const ED25519 = { name: "Ed25519" } as const;
const SECRET_KEY_BYTES = 32;

/** A new key, guarded where that can be had. */
export async function createDeviceKey(subtle: SubtleCrypto | undefined): Promise<DeviceKey> {
  return (await tryGuarded(subtle)) ?? (await createReadableKey());
}

/** Ed25519 in JavaScript, loaded by pages that need it: most have the browser's own. */
export const loadEd25519 = async (): Promise<(typeof noble)["ed25519"]> =>
  (await import("@noble/curves/ed25519.js")).ed25519;

export async function createReadableKey(): Promise<DeviceKey> {
  const { secretKey, publicKey } = (await loadEd25519()).keygen();
  return { form: "readable", secretKey, publicKey };
}

async function tryGuarded(subtle: SubtleCrypto | undefined): Promise<DeviceKey | undefined> {
  if (subtle === undefined) return undefined;
  try {
    const pair = await subtle.generateKey(ED25519, false, ["sign", "verify"]);
    // reason: for an asymmetric algorithm generateKey gives a pair; the DOM types do not tell.
    const { privateKey, publicKey } = pair;
    return { form: "guarded", privateKey, publicKey: new Uint8Array(await subtle.exportKey("raw", publicKey)) };
  } catch {
    // This browser has no Ed25519 in WebCrypto.
    return undefined;
  }
}

/** The key that was stored, or undefined if it is damaged or this browser can no longer use it. */
export function readDeviceKey(value: unknown, subtle: SubtleCrypto | undefined): DeviceKey | undefined {
  if (!isRecord(value)) return undefined;
  const publicKey = readBytes(value["publicKey"], PUBLIC_KEY_BYTES);
  if (publicKey?.length !== PUBLIC_KEY_BYTES) return undefined;
  if (value["form"] === "guarded") {
    const privateKey = value["privateKey"];
    if (subtle === undefined || !(privateKey instanceof CryptoKey)) return undefined;
    return { form: "guarded", privateKey, publicKey };
  }
  const secretKey = readBytes(value["secretKey"], SECRET_KEY_BYTES);
  if (value["form"] !== "readable" || secretKey?.length !== SECRET_KEY_BYTES) return undefined;
  return { form: "readable", secretKey, publicKey };
}

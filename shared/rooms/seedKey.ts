// Ed25519 (RFC 8032) from a seed that a room derives: by WebCrypto, where a fresh process needs a millisecond, and in
// JavaScript, which takes a tenth of a second of a fresh process, where a page has no WebCrypto (plain http in the local
// network) or one without Ed25519. Signatures are the same, byte for byte.

import type * as noble from "@noble/curves/ed25519.js";
import { fromBase64url } from "../base/base64url.ts";

export interface SeedKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** What we use of `SubtleCrypto`. */
interface Subtle {
  importKey(
    format: "pkcs8",
    bytes: Uint8Array,
    algorithm: string,
    extractable: boolean,
    uses: ["sign"],
  ): Promise<object>;
  exportKey(format: "jwk", key: object): Promise<{ readonly x?: string }>;
  sign(algorithm: string, key: object, message: Uint8Array): Promise<ArrayBuffer>;
}

const ED25519 = "Ed25519";
/** What RFC 8410 writes before the 32 bytes of a private key. */
const PKCS8_PREFIX = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/** The key pair of a seed of 32 bytes. `subtle`: the platform's own unless another is given; undefined: it has none. */
export async function openSeed(seed: Uint8Array, subtle = ownSubtle()): Promise<SeedKey> {
  return (subtle && (await openNatively(subtle, seed))) ?? openInScript(seed);
}

function ownSubtle(): Subtle | undefined {
  // reason: plain http pages have a `crypto` without it.
  return (crypto as { readonly subtle?: Subtle }).subtle;
}

/** Undefined where WebCrypto does not know Ed25519. */
async function openNatively(subtle: Subtle, seed: Uint8Array): Promise<SeedKey | undefined> {
  try {
    const key = await subtle.importKey("pkcs8", Uint8Array.of(...PKCS8_PREFIX, ...seed), ED25519, true, ["sign"]);
    const { x } = await subtle.exportKey("jwk", key);
    const publicKey = x === undefined ? undefined : fromBase64url(x);
    if (publicKey === undefined) return undefined;
    return { publicKey, sign: async (message) => new Uint8Array(await subtle.sign(ED25519, key, message)) };
  } catch {
    return undefined;
  }
}

async function openInScript(seed: Uint8Array): Promise<SeedKey> {
  const { ed25519 } = await loadNoble();
  return { publicKey: ed25519.getPublicKey(seed), sign: (message) => Promise.resolve(ed25519.sign(message, seed)) };
}

/** Loaded when it is needed: most do without. */
const loadNoble = (): Promise<typeof noble> => import("@noble/curves/ed25519.js");

// What is meant for one device alone: sealed with a key that only it can make. Its Ed25519 key signs and may not be taken
// out of the browser, so each device has an X25519 key (RFC 7748) beside it, and signs a card that says which.
//   boxed = passing public key (32) ‖ seal(HKDF(shared secret, both public keys), context, plain)

import { x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../deviceKey.ts";
import { seal, unseal } from "../seal.ts";
import { BOX_CARD_BYTES, BOX_KEY_BYTES } from "./moveLimits.ts";

const CARD_PURPOSE = new TextEncoder().encode("meshbook/1/box-card\n");
const KEY_PURPOSE = new TextEncoder().encode("meshbook/1/box");

export interface BoxKey {
  readonly secret: Uint8Array;
  readonly publicKey: Uint8Array;
}

/** A device's word on which box is its own. */
export interface BoxCard {
  readonly device: Uint8Array;
  readonly box: Uint8Array;
}

export const createBoxSecret = (): Uint8Array => x25519.utils.randomSecretKey();

export const boxKeyOf = (secret: Uint8Array): BoxKey => ({ secret, publicKey: x25519.getPublicKey(secret) });

export async function signBoxCard(
  { device, box }: BoxCard,
  sign: (message: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
  return joined(device, box, await sign(joined(CARD_PURPOSE, box)));
}

/** Reads a card; undefined if it is none. Its signature is not checked: see `message`. */
export function parseBoxCard(
  bytes: Uint8Array,
): (BoxCard & { readonly message: Uint8Array; readonly signature: Uint8Array }) | undefined {
  if (bytes.length !== BOX_CARD_BYTES) return undefined;
  const device = bytes.slice(0, PUBLIC_KEY_BYTES);
  const box = bytes.slice(PUBLIC_KEY_BYTES, PUBLIC_KEY_BYTES + BOX_KEY_BYTES);
  return { device, box, message: joined(CARD_PURPOSE, box), signature: bytes.slice(-SIGNATURE_BYTES) };
}

/** @throws Error if the box's key is none that anybody can open */
export function sealTo(box: Uint8Array, context: Uint8Array, plain: Uint8Array): Uint8Array {
  const passing = boxKeyOf(createBoxSecret());
  const key = keyBetween(x25519.getSharedSecret(passing.secret, box), passing.publicKey, box);
  return joined(passing.publicKey, seal(key, context, plain));
}

/** The plain bytes, or undefined if they were not meant for this box. */
export function openBox({ secret, publicKey }: BoxKey, context: Uint8Array, boxed: Uint8Array): Uint8Array | undefined {
  const passing = boxed.subarray(0, BOX_KEY_BYTES);
  if (passing.length !== BOX_KEY_BYTES) return undefined;
  try {
    const key = keyBetween(x25519.getSharedSecret(secret, passing), passing, publicKey);
    return unseal(key, context, boxed.subarray(BOX_KEY_BYTES));
  } catch {
    // Points of small order, which no device has.
    return undefined;
  }
}

function keyBetween(shared: Uint8Array, passing: Uint8Array, box: Uint8Array): Uint8Array {
  return hkdf(sha256, shared, joined(passing, box), KEY_PURPOSE, 32);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

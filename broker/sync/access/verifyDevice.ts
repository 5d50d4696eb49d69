import { createPublicKey, verify } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { toBase64url } from "#shared/base/base64url.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "#shared/rooms/deviceKey.ts";

export interface Signed {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** Whether the device with this key signed the message (Ed25519, RFC 8032). False, never an error, for any nonsense. */
export function verifyDevice({ publicKey, message, signature }: Signed): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
  try {
    const key = createPublicKey({ format: "jwk", key: { kty: "OKP", crv: "Ed25519", x: toBase64url(publicKey) } });
    return verify(undefined, message, key, signature) && isSomebodys(publicKey);
  } catch {
    return false;
  }
}

/** Points of small order are keys under which everybody can sign. OpenSSL takes them. */
const isSomebodys = (publicKey: Uint8Array): boolean => !ed25519.Point.fromBytes(publicKey).isSmallOrder();

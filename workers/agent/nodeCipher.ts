// XChaCha20-Poly1305 of Node's own ChaCha20-Poly1305: a key for one message is derived from the first 16 bytes of the
// nonce (HChaCha20, draft-irtf-cfrg-xchacha), the other 8 are the rest of the nonce behind four zeros.

import { createCipheriv, createDecipheriv } from "node:crypto";
import { hchacha } from "@noble/ciphers/chacha.js";
import { portableCipher, type SealCipher } from "#shared/rooms/seal.ts";

const ALGORITHM = "chacha20-poly1305";
const TAG_BYTES = 16;
const DERIVING_BYTES = 16;
/** "expand 32-byte k", as little-endian words. */
const SIGMA = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574);

const native: SealCipher = {
  encrypt: (key, nonce, context, plain) => {
    const cipher = createCipheriv(ALGORITHM, derive(key, nonce), shortNonce(nonce), { authTagLength: TAG_BYTES });
    cipher.setAAD(context, { plaintextLength: plain.length });
    const sealed = new Uint8Array(plain.length + TAG_BYTES);
    sealed.set(cipher.update(plain));
    cipher.final();
    sealed.set(cipher.getAuthTag(), plain.length);
    return sealed;
  },
  decrypt: (key, nonce, context, sealed) => {
    const length = sealed.length - TAG_BYTES;
    const cipher = createDecipheriv(ALGORITHM, derive(key, nonce), shortNonce(nonce), { authTagLength: TAG_BYTES });
    cipher.setAAD(context, { plaintextLength: length });
    cipher.setAuthTag(sealed.subarray(length));
    const plain = cipher.update(sealed.subarray(0, length));
    cipher.final();
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength);
  },
};

/** The fastest of this process: some builds of Node have no such cipher. */
export const nodeCipher: SealCipher = works(native) ? native : portableCipher;

function works(cipher: SealCipher): boolean {
  const [key, nonce, text] = [new Uint8Array(32), new Uint8Array(24), new Uint8Array(8)];
  try {
    return cipher.decrypt(key, nonce, text, cipher.encrypt(key, nonce, text, text)).length === text.length;
  } catch {
    return false;
  }
}

function derive(key: Uint8Array, nonce: Uint8Array): Uint8Array {
  const derived = new Uint32Array(8);
  hchacha(SIGMA, wordsOf(key), wordsOf(nonce.subarray(0, DERIVING_BYTES)), derived);
  return new Uint8Array(derived.buffer);
}

function shortNonce(nonce: Uint8Array): Uint8Array {
  const short = new Uint8Array(12);
  short.set(nonce.subarray(DERIVING_BYTES), 4);
  return short;
}

/** Copied: words must be aligned. */
function wordsOf(bytes: Uint8Array): Uint32Array {
  return new Uint32Array(bytes.slice().buffer);
}

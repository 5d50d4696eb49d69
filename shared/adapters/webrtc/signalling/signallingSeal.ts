// What y-webrtc's `password` does to signalling, byte for byte, so that a stock client with the same password takes part:
// PBKDF2 (SHA-256, 100,000 rounds, salt = the room's name), AES-256-GCM, lib0 encoding, base64. y-webrtc itself needs
// `crypto.subtle`, which a page on plain http in the local network does not have.

import { gcm } from "@noble/ciphers/aes.js";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64, toBase64 } from "lib0/buffer";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { SIGNALLING_MESSAGE_LIMIT } from "../../../contracts/host/hubProtocol.ts";

const ALGORITHM = "AES-GCM";
const ROUNDS = 100_000;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;

export type SignallingKey = Uint8Array & { readonly __brand: "SignallingKey" };

/**
 * The key of a room's signalling. Natively where the page may; else in JavaScript in slices, about 0.2 s on a laptop.
 * Both give the same key.
 */
export async function deriveSignallingKey(password: string, room: string): Promise<SignallingKey> {
  const secret = new TextEncoder().encode(password);
  const salt = new TextEncoder().encode(room);
  const native = nativeSubtle();
  const key = native
    ? await deriveNatively(native, secret, salt)
    : await pbkdf2Async(sha256, secret, salt, { c: ROUNDS, dkLen: KEY_BYTES });
  // reason: a brand exists only for the compiler.
  return key as SignallingKey;
}

export function sealSignal(key: SignallingKey, data: unknown): string {
  const plain = encoding.createEncoder();
  // reason: what y-webrtc publishes is plain JSON data.
  encoding.writeAny(plain, data as Parameters<typeof encoding.writeAny>[1]);
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const sealed = encoding.createEncoder();
  encoding.writeVarString(sealed, ALGORITHM);
  encoding.writeVarUint8Array(sealed, nonce);
  encoding.writeVarUint8Array(sealed, gcm(key, nonce).encrypt(encoding.toUint8Array(plain)));
  return toBase64(encoding.toUint8Array(sealed));
}

/** The published data, or undefined if it was not sealed with this key. */
export function openSignal(key: SignallingKey, text: string): unknown {
  if (text.length > SIGNALLING_MESSAGE_LIMIT) return undefined;
  try {
    const decoder = decoding.createDecoder(fromBase64(text));
    if (decoding.readVarString(decoder) !== ALGORITHM) return undefined;
    const nonce = decoding.readVarUint8Array(decoder);
    const plain = gcm(key, nonce).decrypt(decoding.readVarUint8Array(decoder));
    return decoding.readAny(decoding.createDecoder(plain));
  } catch {
    return undefined;
  }
}

/** The part of WebCrypto that derives; absent on plain http pages. */
interface Subtle {
  importKey(
    form: "raw",
    key: Uint8Array,
    algorithm: "PBKDF2",
    extractable: false,
    uses: ["deriveBits"],
  ): Promise<object>;
  deriveBits(
    algorithm: { name: "PBKDF2"; salt: Uint8Array; iterations: number; hash: "SHA-256" },
    key: object,
    bits: number,
  ): Promise<ArrayBuffer>;
}

function nativeSubtle(): Subtle | undefined {
  // reason: `shared` knows only what every host has of `crypto`; this member is missing on some, which is asked here.
  return (crypto as { readonly subtle?: Subtle }).subtle;
}

async function deriveNatively(subtle: Subtle, secret: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const key = await subtle.importKey("raw", secret, "PBKDF2", false, ["deriveBits"]);
  const algorithm = { name: "PBKDF2", salt, iterations: ROUNDS, hash: "SHA-256" } as const;
  return new Uint8Array(await subtle.deriveBits(algorithm, key, KEY_BYTES * 8));
}

import { webcrypto } from "node:crypto";
import { pbkdf2Async } from "@noble/hashes/pbkdf2.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64, toBase64 } from "lib0/buffer";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { afterEach, describe, expect, it, vi } from "vitest";
import { deriveSignallingKey, openSignal, sealSignal } from "#shared/adapters/webrtc/signalling/signallingSeal.ts";

const { subtle } = webcrypto;
const announce = { type: "announce", from: "me" };

/** The key as y-webrtc derives it, with the platform's own cryptography. */
async function nativeKey(password: string, room: string): Promise<webcrypto.CryptoKey> {
  const material = await subtle.importKey("raw", new TextEncoder().encode(password), "PBKDF2", false, ["deriveKey"]);
  const salt = new TextEncoder().encode(room);
  const algorithm = { name: "PBKDF2", salt, iterations: 100_000, hash: "SHA-256" };
  return subtle.deriveKey(algorithm, material, { name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
}

afterEach(() => vi.unstubAllGlobals());

describe("signalling seal", () => {
  it("derives the same key with and without crypto.subtle, and as y-webrtc does", async () => {
    const native = new Uint8Array(await subtle.exportKey("raw", await nativeKey("password", "room")));
    expect(await deriveSignallingKey("password", "room")).toEqual(native);
    vi.stubGlobal("crypto", { getRandomValues: webcrypto.getRandomValues.bind(webcrypto) });
    expect(await deriveSignallingKey("password", "room")).toEqual(native);
    expect(await pbkdf2Async(sha256, "password", "room", { c: 100_000, dkLen: 32 })).toEqual(native);
  });

  it("seals what a stock y-webrtc opens", async () => {
    const sealed = fromBase64(sealSignal(await deriveSignallingKey("password", "room"), announce));
    const decoder = decoding.createDecoder(sealed);
    expect(decoding.readVarString(decoder)).toBe("AES-GCM");
    const iv = decoding.readVarUint8Array(decoder);
    const cipher = decoding.readVarUint8Array(decoder);
    const key = await nativeKey("password", "room");
    const plain = await subtle.decrypt({ name: "AES-GCM", iv: iv.slice() }, key, cipher.slice());
    expect(decoding.readAny(decoding.createDecoder(new Uint8Array(plain)))).toEqual(announce);
  });

  it("opens what a stock y-webrtc sealed", async () => {
    const iv = webcrypto.getRandomValues(new Uint8Array(12));
    const plain = encoding.encode((encoder) => encoding.writeAny(encoder, announce));
    const cipher = await subtle.encrypt({ name: "AES-GCM", iv }, await nativeKey("password", "room"), plain.slice());
    const sealed = encoding.encode((encoder) => {
      encoding.writeVarString(encoder, "AES-GCM");
      encoding.writeVarUint8Array(encoder, iv);
      encoding.writeVarUint8Array(encoder, new Uint8Array(cipher));
    });
    expect(openSignal(await deriveSignallingKey("password", "room"), toBase64(sealed))).toEqual(announce);
  });

  it("opens nothing that was sealed otherwise, or changed, or is no message", async () => {
    const key = await deriveSignallingKey("password", "room");
    const other = await deriveSignallingKey("password", "another room");
    const sealed = sealSignal(key, announce);
    expect(openSignal(other, sealed)).toBeUndefined();
    const changed = fromBase64(sealed);
    changed[changed.length - 1]! ^= 1;
    expect(openSignal(key, toBase64(changed))).toBeUndefined();
    for (const bad of ["", "AAAA", "not base64!", "=".repeat(100), "A".repeat(100_000)]) {
      expect(openSignal(key, bad)).toBeUndefined();
    }
  });
});

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ContentHash } from "./ids.ts";

/** SHA-256 of `bytes`. Works on plain http pages too, where `crypto.subtle` is missing. */
export function contentHash(content: Uint8Array): ContentHash {
  const hash = ContentHash.parse(bytesToHex(sha256(content)));
  if (hash === undefined) throw new Error("sha-256 gave no hash");
  return hash;
}

export function contentHashOfText(text: string): ContentHash {
  return contentHash(new TextEncoder().encode(text));
}

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ContentHash } from "./ids.ts";

/** SHA-256 of `bytes`. Works on plain http pages too, where `crypto.subtle` is missing. */
export function contentHash(content: Uint8Array): ContentHash {
  return parsed(sha256(content));
}

function parsed(digest: Uint8Array): ContentHash {
  const hash = ContentHash.parse(bytesToHex(digest));
  if (hash === undefined) throw new Error("sha-256 gave no hash");
  return hash;
}

interface Digests {
  digest(algorithm: "SHA-256", content: Uint8Array): Promise<ArrayBuffer>;
}

/** The browser's own, which is quick and works beside the page; missing on plain http pages. */
const { subtle } = crypto as { readonly subtle?: Digests }; // reason: see above

/** Bytes that are summed up in one go: a few milliseconds on a slow computer. */
const SLICE = 1024 * 1024;

/** As `contentHash`, beside what else goes on: 20 MB at once would stop a page from answering. */
export async function hashAside(content: Uint8Array): Promise<ContentHash> {
  if (content.byteLength <= SLICE) return contentHash(content);
  if (subtle !== undefined) return parsed(new Uint8Array(await subtle.digest("SHA-256", content)));
  const sum = sha256.create();
  for (let at = 0; at < content.byteLength; at += SLICE) {
    sum.update(content.subarray(at, at + SLICE));
    await new Promise<void>((resolve) => setTimeout(resolve, 0));
  }
  return parsed(sum.digest());
}

export function contentHashOfText(text: string): ContentHash {
  return contentHash(new TextEncoder().encode(text));
}

// The little of zip files that wheels need.

import { crc32 } from "../../base/crc32.ts";
import { inflateAtMost } from "../../exchange/deflate.ts";

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Bytes, packed. */
  readonly size: number;
  readonly unpacked: number;
  /** Of its own header. */
  readonly at: number;
}

/** Signatures of its parts, little-endian, and their sizes. */
const END_OF_DIRECTORY = 0x06054b50;
const END_SIZE = 22;
const DIRECTORY_ENTRY = 0x02014b50;
const DIRECTORY_ENTRY_SIZE = 46;
const FILE_HEADER = 0x04034b50;
const FILE_HEADER_SIZE = 30;
/** A comment may stand behind the end. */
const COMMENT_LIMIT = 65_535;
const STORED = 0;
const DEFLATED = 8;

/** What is in a zip file, as its end says; undefined for what is none. */
export function readZip(bytes: Uint8Array): readonly ZipEntry[] | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  const decoder = new TextDecoder();
  const entries: ZipEntry[] = [];
  for (let index = 0; index < count; index++) {
    if (at + DIRECTORY_ENTRY_SIZE > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) return undefined;
    const length = view.getUint16(at + 28, true);
    entries.push({
      name: decoder.decode(bytes.subarray(at + DIRECTORY_ENTRY_SIZE, at + DIRECTORY_ENTRY_SIZE + length)),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      size: view.getUint32(at + 20, true),
      unpacked: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    });
    at += DIRECTORY_ENTRY_SIZE + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** A part of it, unpacked; undefined if it is damaged, or larger than `limit` bytes. */
export async function readZipEntry(bytes: Uint8Array, entry: ZipEntry, limit: number): Promise<Uint8Array | undefined> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (entry.unpacked > limit || entry.at + FILE_HEADER_SIZE > bytes.byteLength) return undefined;
  if (view.getUint32(entry.at, true) !== FILE_HEADER) return undefined;
  const from = entry.at + FILE_HEADER_SIZE + view.getUint16(entry.at + 26, true) + view.getUint16(entry.at + 28, true);
  const packed = bytes.subarray(from, from + entry.size);
  const content = entry.method === STORED ? packed : await inflated(packed, entry, limit);
  if (content?.byteLength !== entry.unpacked || crc32(content) !== entry.crc) return undefined;
  return content;
}

async function inflated(packed: Uint8Array, { method }: ZipEntry, limit: number): Promise<Uint8Array | undefined> {
  if (method !== DEFLATED) return undefined;
  try {
    // Not more than it may be, whatever the file says of itself.
    return await inflateAtMost(packed, limit, "deflate-raw");
  } catch {
    return undefined;
  }
}

function findEnd(view: DataView): number | undefined {
  const first = Math.max(0, view.byteLength - END_SIZE - COMMENT_LIMIT);
  for (let at = view.byteLength - END_SIZE; at >= first; at--) {
    if (view.getUint32(at, true) === END_OF_DIRECTORY) return at;
  }
  return undefined;
}

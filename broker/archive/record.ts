// One stored value: CRC-32 (4 bytes), length (4 bytes), the bytes. LevelDB finds a torn write; what it does not find, a
// flipped bit in a stored update, Yjs would often read as different text.

import { crc32 } from "node:zlib";

const HEADER_BYTES = 8;

export function encodeRecord(content: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + content.length);
  record.writeUInt32BE(crc32(content), 0);
  record.writeUInt32BE(content.length, 4);
  record.set(content, HEADER_BYTES);
  return record;
}

/** The content, or undefined if the record is not what was written. */
export function decodeRecord(record: Uint8Array): Uint8Array | undefined {
  if (record.length < HEADER_BYTES) return undefined;
  const header = new DataView(record.buffer, record.byteOffset, HEADER_BYTES);
  const content = record.subarray(HEADER_BYTES);
  if (header.getUint32(4) !== content.length) return undefined;
  return header.getUint32(0) === crc32(content) ? content : undefined;
}

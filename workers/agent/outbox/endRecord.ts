// One stored end: CRC-32 (4 bytes), then the bytes. LevelDB finds a torn write; it does not find every flipped bit.

import { crc32 } from "node:zlib";

const HEADER_BYTES = 4;

export function encodeEndRecord(content: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(HEADER_BYTES + content.length);
  record.writeUInt32BE(crc32(content), 0);
  record.set(content, HEADER_BYTES);
  return record;
}

/** The content, or undefined if the record is not what was written. */
export function decodeEndRecord(record: Uint8Array): Uint8Array | undefined {
  if (record.length < HEADER_BYTES) return undefined;
  const content = record.subarray(HEADER_BYTES);
  return new DataView(record.buffer, record.byteOffset).getUint32(0) === crc32(content) ? content : undefined;
}

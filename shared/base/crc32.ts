const TABLE = makeTable();

/**
 * CRC-32 (IEEE 802.3) of `content`, as an unsigned 32-bit number; of `content` after the bytes whose CRC is `before`.
 * Tells damage, not tampering: a flipped bit in a stored Yjs update is as likely to be read as different text as to be
 * refused.
 */
export function crc32(content: Uint8Array, before = 0): number {
  let crc = ~before;
  for (const byte of content) crc = (TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return ~crc >>> 0;
}

function makeTable(): Uint32Array {
  const table = new Uint32Array(256);
  for (let index = 0; index < 256; index++) {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
    table[index] = value;
  }
  return table;
}

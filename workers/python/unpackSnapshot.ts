const WORD = 4;

/** The memory that packSnapshot.mjs packed. @throws RangeError for what it did not make */
export function unpackSnapshot(packed: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const [length = 0, runs = 0] = new Uint32Array(packed, 0, 2);
  const table = new Uint32Array(packed, 2 * WORD, 2 * runs);
  const memory = new Uint8Array(length);
  let at = table.byteOffset + table.byteLength;
  for (let run = 0; run < table.length; run += 2) {
    const [offset = 0, bytes = 0] = table.subarray(run, run + 2);
    memory.set(new Uint8Array(packed, at, bytes), offset);
    at += bytes;
  }
  return memory;
}

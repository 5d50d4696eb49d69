// Half of a snapshot of Python's memory is pages of zeros. They are left out, which halves what a start has to read.

/** What a page holds everywhere. */
const PAGE = 4_096;

/**
 * Little-endian: bytes of the whole (4), number of runs (4), of each run its offset (4) and its bytes (4), then the bytes of
 * all runs. What lies in no run is zero. See unpackSnapshot.ts.
 * @param {Uint8Array} memory
 * @returns {Uint8Array}
 */
export function packSnapshot(memory) {
  const runs = runsOf(memory);
  const head = Uint32Array.of(memory.length, runs.length, ...runs.flatMap(({ from, to }) => [from, to - from]));
  const bytes = runs.reduce((sum, { from, to }) => sum + to - from, 0);
  const packed = new Uint8Array(head.byteLength + bytes);
  packed.set(new Uint8Array(head.buffer));
  let at = head.byteLength;
  for (const { from, to } of runs) {
    packed.set(memory.subarray(from, to), at);
    at += to - from;
  }
  return packed;
}

/** @param {Uint8Array} memory */
function runsOf(memory) {
  /** @type {{ from: number, to: number }[]} */
  const runs = [];
  for (let from = 0; from < memory.length; from += PAGE) {
    const to = Math.min(from + PAGE, memory.length);
    if (memory.subarray(from, to).every((byte) => byte === 0)) continue;
    const last = runs.at(-1);
    if (last?.to === from) last.to = to;
    else runs.push({ from, to });
  }
  return runs;
}

/** Asking the host costs microseconds, however few bytes are asked for: so many are asked for at a time. */
const POOL_BYTES = 2_048;
/** More than this is asked for by itself. */
const SHORT = 64;

let pool = new Uint8Array(0);
let at = 0;

/** Bytes that nobody can guess; each is given to one caller alone. */
export function randomBytes(count: number): Uint8Array<ArrayBuffer> {
  if (count > SHORT) return crypto.getRandomValues(new Uint8Array(count));
  if (at + count > pool.length) {
    pool = crypto.getRandomValues(new Uint8Array(POOL_BYTES));
    at = 0;
  }
  const bytes = pool.slice(at, at + count);
  pool.fill(0, at, at + count);
  at += count;
  return bytes;
}

/** Parts of one list that are looked at; the others are taken to be as large on the average. */
const SAMPLE = 1_000;
/** Deeper than data that somebody wrote. */
const DEPTH_LIMIT = 20;
/** Bytes of a number, a reference, or what is not known. */
const SLOT = 8;

const { keys, getOwnPropertyDescriptor } = Object;

/** About how many bytes a copy of plain data takes. Executes nothing of a cell. */
export function dataSize(value: unknown, depth = 0): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null || depth > DEPTH_LIMIT) return SLOT;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.byteLength;
  if (Array.isArray(value)) return sampled(value.length, (at) => (at in value ? value[at] : undefined), depth);
  if (value instanceof Map) return sampled(value.size, reader(value), depth);
  if (value instanceof Set) return sampled(value.size, reader(value), depth);
  const names = keys(value);
  const property = (at: number): unknown => getOwnPropertyDescriptor(value, names[at] ?? "")?.value as unknown; // reason: it is looked at next
  return sampled(names.length, property, depth) + names.slice(0, SAMPLE).join("").length;
}

/** Evenly spread over the whole: the first rows of a table are often not like the others. */
function sampled(count: number, partAt: (at: number) => unknown, depth: number): number {
  const looked = Math.min(count, depth === 0 ? SAMPLE : SAMPLE / 10);
  if (looked === 0) return SLOT;
  let sum = 0;
  for (let index = 0; index < looked; index++) {
    sum += SLOT + dataSize(partAt(Math.floor((index * count) / looked)), depth + 1);
  }
  return Math.round((sum * count) / looked);
}

/** Items of what can only be gone through from the beginning: the first stand for all. */
function reader(items: Iterable<unknown>): () => unknown {
  const iterator = items[Symbol.iterator]();
  return () => iterator.next().value as unknown; // reason: iterators of the language type it as any
}

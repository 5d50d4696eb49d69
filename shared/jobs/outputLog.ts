// A job's output as a numbered log. The agent cuts items (JSON texts of outputs) into chunks and keeps them all until
// the requester has everything; the requester puts chunks back in order, whatever the network did, and yields items.

import { parseOutput, type CellOutput } from "../notebook/output.ts";
import { CHUNK_LIMIT, JOB_OUTPUT_LIMIT } from "./jobMessage.ts";

/** One numbered piece; its number is its place in the log. */
export interface Chunk {
  readonly last: boolean;
  readonly data: Uint8Array;
}

/** Chunks an agent sends beyond what the requester said it got: 768 KiB on the way, and no flood after a cable pull. */
export const SEND_WINDOW = 32;
/** The requester makes room this often, well before the window closes. */
export const GOT_EVERY = SEND_WINDOW / 4;

/** Outputs of one item; a kernel's limit for a whole run is far below. */
const ITEM_OUTPUTS = 10_000;

export function encodeItem(outputs: readonly CellOutput[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(outputs));
}

/** The outputs of an item, without those of kinds only newer code knows; none where the agent sent something else. */
export function decodeItem(item: Uint8Array): readonly CellOutput[] {
  try {
    const values: unknown = JSON.parse(new TextDecoder().decode(item));
    return Array.isArray(values) ? values.slice(0, ITEM_OUTPUTS).flatMap((value) => parseOutput(value) ?? []) : [];
  } catch {
    return [];
  }
}

/** An item as chunks. */
export function cutItem(item: Uint8Array): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let at = 0;
  do {
    const end = Math.min(at + CHUNK_LIMIT, item.byteLength);
    chunks.push({ last: end === item.byteLength, data: item.subarray(at, end) });
    at = end;
  } while (at < item.byteLength);
  return chunks;
}

/** What a requester has of a job's log. */
export interface ReceivedLog {
  /** Number of the first chunk that is missing. */
  readonly next: number;
  /** The agent made at least this many. */
  readonly made: number;
  /** Pieces of the item that is not complete yet. */
  readonly open: readonly Uint8Array[];
  readonly openSize: number;
  /** Bytes of all chunks below `next`. */
  readonly size: number;
  /** Chunks that overtook a missing one; no more than the window. */
  readonly ahead: ReadonlyMap<number, Chunk>;
}

export const EMPTY_LOG: ReceivedLog = { next: 0, made: 0, open: [], openSize: 0, size: 0, ahead: new Map() };

export interface Received {
  readonly log: ReceivedLog;
  /** Items that this chunk completed, in order. */
  readonly items: readonly Uint8Array[];
  /** The agent sends more than any kernel may: nothing of the job is to be believed. */
  readonly tooLarge: boolean;
}

/** Adds a chunk. One that is already there, or too far ahead to be in the window, changes nothing. */
export function addChunk(log: ReceivedLog, n: number, chunk: Chunk): Received {
  if (n < log.next || log.ahead.has(n) || n >= log.next + 2 * SEND_WINDOW) return { log, items: [], tooLarge: false };
  const made = Math.max(log.made, n + 1);
  if (n > log.next) {
    return { log: { ...log, made, ahead: new Map(log.ahead).set(n, chunk) }, items: [], tooLarge: false };
  }
  return takeInOrder({ ...log, made }, chunk);
}

/** The agent says how many chunks there are; true of the result's `next < made` means that some are missing. */
export function knowMade(log: ReceivedLog, made: number): ReceivedLog {
  return made > log.made ? { ...log, made } : log;
}

function takeInOrder(log: ReceivedLog, first: Chunk): Received {
  const items: Uint8Array[] = [];
  const ahead = new Map(log.ahead);
  let { next, size, openSize } = log;
  let open = log.open;
  for (let chunk: Chunk | undefined = first; chunk !== undefined; chunk = ahead.get(next)) {
    ahead.delete(next);
    next += 1;
    size += chunk.data.byteLength;
    openSize += chunk.data.byteLength;
    open = [...open, chunk.data];
    if (size > JOB_OUTPUT_LIMIT) return { log, items: [], tooLarge: true };
    if (!chunk.last) continue;
    items.push(joinPieces(open, openSize));
    open = [];
    openSize = 0;
  }
  return { log: { next, made: log.made, open, openSize, size, ahead }, items, tooLarge: false };
}

/** The items that chunks make which are all here. */
export function itemsOf(chunks: readonly Chunk[]): readonly Uint8Array[] {
  return chunks.reduce<Received>(
    ({ log, items }, chunk) => {
      const next = takeInOrder(log, chunk);
      return { ...next, items: [...items, ...next.items] };
    },
    { log: EMPTY_LOG, items: [], tooLarge: false },
  ).items;
}

function joinPieces(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined) return only;
  const joined = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.byteLength;
  }
  return joined;
}

// Awareness updates come from others. Applied as they are, one message could overwrite our own state with a forged one,
// fill the memory with invented peers, or throw half-way through.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { isRecord, type JsonValue } from "../base/parse.ts";
import { parseJson } from "../base/parseJson.ts";

/** Peers one message may speak of: a school year in one room. */
export const AWARENESS_PEERS_LIMIT = 1_000;
/** Largest state of one peer (UTF-16 units): name, cursor, and a thousand running cells. */
export const AWARENESS_STATE_LIMIT = 128 * 1024;
/** Largest message about presence (bytes). */
export const AWARENESS_MESSAGE_LIMIT = 4 * 1024 * 1024;

/** What one message says of one peer. `state` undefined: it left. */
export interface AwarenessEntry {
  readonly client: number;
  readonly clock: number;
  readonly state: Record<string, JsonValue> | undefined;
}

/** Reads an awareness update; undefined if it is malformed or beyond the limits. */
export function readAwarenessUpdate(update: Uint8Array): readonly AwarenessEntry[] | undefined {
  if (update.length > AWARENESS_MESSAGE_LIMIT) return undefined;
  try {
    const decoder = decoding.createDecoder(update);
    const count = decoding.readVarUint(decoder);
    if (count > AWARENESS_PEERS_LIMIT) return undefined;
    const entries: AwarenessEntry[] = [];
    for (let index = 0; index < count; index++) {
      const client = decoding.readVarUint(decoder);
      const clock = decoding.readVarUint(decoder);
      const text = decoding.readVarString(decoder);
      if (text.length > AWARENESS_STATE_LIMIT) return undefined;
      const state = parseJson(text);
      if (state !== null && !isRecord(state)) return undefined;
      // reason: parseJson gives JSON values, and this one was just seen to be an object.
      entries.push({ client, clock, state: state === null ? undefined : (state as Record<string, JsonValue>) });
    }
    return entries;
  } catch {
    return undefined;
  }
}

/** One message about all of them. More than a message may hold is for `writeAwarenessUpdates`. */
export function writeAwarenessUpdate(entries: readonly AwarenessEntry[]): Uint8Array {
  return joinEntries(entries.map(writeEntry));
}

/** As many messages as it takes for each to be one that `readAwarenessUpdate` reads. */
export function writeAwarenessUpdates(entries: readonly AwarenessEntry[]): readonly Uint8Array[] {
  const messages: Uint8Array[] = [];
  let waiting: Uint8Array[] = [];
  let size = COUNT_BYTES;
  for (const entry of entries.map(writeEntry)) {
    if (waiting.length === AWARENESS_PEERS_LIMIT || size + entry.length > AWARENESS_MESSAGE_LIMIT) {
      messages.push(joinEntries(waiting));
      waiting = [];
      size = COUNT_BYTES;
    }
    waiting.push(entry);
    size += entry.length;
  }
  return waiting.length === 0 ? messages : [...messages, joinEntries(waiting)];
}

/** How many entries follow, written before them. */
const COUNT_BYTES = 4;

function writeEntry({ client, clock, state }: AwarenessEntry): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
  encoding.writeVarString(encoder, JSON.stringify(state ?? null));
  return encoding.toUint8Array(encoder);
}

function joinEntries(entries: readonly Uint8Array[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, entries.length);
  for (const entry of entries) encoding.writeUint8Array(encoder, entry);
  return encoding.toUint8Array(encoder);
}

/**
 * Entries fit to be applied by the peer `own`: nobody else may say what we show. That we left may be said (it is what a
 * host says of a connection it lost); y-protocols answers that we are still here.
 */
export function foreignEntries(entries: readonly AwarenessEntry[], own: number): readonly AwarenessEntry[] {
  return entries.filter((entry) => entry.client !== own || entry.state === undefined);
}

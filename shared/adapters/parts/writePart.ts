// A part of what another replica lacks, small enough to be applied between two keys. A whole document of 20 MB in one
// update keeps a page from answering for seconds, and a connection that is cut loses all of it.
//
// A part holds nothing that builds on what comes later, so it applies whole, and the state vector after it says where to
// go on: with the same host, another one, or another peer. Nobody need remember how far anybody was.
// Deletions are not in it (what was deleted long ago comes as deleted); the answer that ends the parts has all of them.

import * as encoding from "lib0/encoding";
import * as Y from "yjs";

/** Read first, so that a notebook has its title and may be shown while its cells arrive. */
const FIRST_ROOTS = ["meta"] as const;

type Struct = Y.Item | Y.GC;

/** Structs of one client that go into the part: those from `from` on, `count` of them, already written. */
interface Written {
  readonly from: number;
  count: number;
  readonly encoder: Y.UpdateEncoderV1;
}

/** What must be in the part before something else: everything of a client up to this clock. */
interface Wanted {
  readonly client: number;
  readonly clock: number;
}

/** Next clock of each client that a replica lacks: its state vector. */
export type KnownClocks = ReadonlyMap<number, number>;

export interface DocumentPart {
  readonly update: Uint8Array;
  /** What the replica knows once it has applied it. */
  readonly known: KnownClocks;
}

/**
 * An update with the next about `limit` bytes that a replica lacks; undefined if it lacks no more than that, so that a
 * plain answer will do.
 */
export function writePart(doc: Y.Doc, known: KnownClocks, limit: number): DocumentPart | undefined {
  const part = new Part(doc, known, limit);
  for (const wanted of firstWanted(doc)) if (part.fill(wanted)) return part.finish();
  for (const client of doc.store.clients.keys()) {
    if (part.fill({ client, clock: Y.getState(doc.store, client) - 1 })) return part.finish();
  }
  return undefined;
}

/** About how many bytes a replica lacks. Costs a walk over what it lacks. */
export function missingBytes(doc: Y.Doc, known: KnownClocks): number {
  let total = 0;
  for (const [client, structs] of doc.store.clients) {
    const from = known.get(client) ?? 0;
    if (from >= Y.getState(doc.store, client)) continue;
    for (let index = Y.findIndexSS(structs, from); index < structs.length; index++) {
      const struct = structs[index];
      if (struct !== undefined) total += sizeOf(struct, Math.max(0, from - struct.id.clock));
    }
  }
  return total;
}

/** Bytes of an item beside its content, as they are on average: its place, its neighbours, its parent. */
const ITEM_BYTES = 12;
/** Bytes of a value that is no text, as they are on average in notebooks. */
const VALUE_BYTES = 40;

function sizeOf(struct: Struct, offset: number): number {
  if (struct instanceof Y.GC || struct.deleted) return ITEM_BYTES;
  if (struct.content instanceof Y.ContentString) return ITEM_BYTES + struct.length - offset;
  return ITEM_BYTES + VALUE_BYTES * (struct.length - offset);
}

class Part {
  readonly #store: Y.Doc["store"];
  readonly #limit: number;
  /** Next clock of each client that the other replica lacks after this part. */
  readonly #next: Map<number, number>;
  readonly #written = new Map<number, Written>();
  #size = 0;

  constructor(doc: Y.Doc, known: KnownClocks, limit: number) {
    this.#store = doc.store;
    this.#next = new Map(known);
    this.#limit = limit;
  }

  /** Writes what is wanted, and before it what that builds on. True when the part is full. */
  fill(wanted: Wanted): boolean {
    const stack = [wanted];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const clock = this.#nextOf(top.client);
      if (clock > top.clock) {
        stack.pop();
        continue;
      }
      const struct = this.#structAt(top.client, clock);
      const needed = this.#neededBy(struct, clock);
      if (needed !== undefined) stack.push(needed);
      else if (this.#write(struct, clock)) return true;
    }
    return false;
  }

  finish(): DocumentPart {
    return { update: this.#update(), known: this.#next };
  }

  #update(): Uint8Array {
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, this.#written.size);
    for (const [client, { from, count, encoder: structs }] of this.#written) {
      encoding.writeVarUint(encoder, count);
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, from);
      encoding.writeUint8Array(encoder, structs.toUint8Array());
    }
    // No deletions.
    encoding.writeVarUint(encoder, 0);
    return encoding.toUint8Array(encoder);
  }

  #nextOf(client: number): number {
    return this.#next.get(client) ?? 0;
  }

  #structAt(client: number, clock: number): Struct {
    const structs = this.#store.clients.get(client) ?? [];
    const struct = structs[Y.findIndexSS(structs, clock)];
    if (struct === undefined) throw new Error(`the document has no part ${client}:${clock}`);
    return struct;
  }

  /** What must come before this struct and is not there yet. After its beginning, a struct builds on itself only. */
  #neededBy(struct: Struct, clock: number): Wanted | undefined {
    if (struct instanceof Y.GC || clock > struct.id.clock) return undefined;
    const { origin, rightOrigin } = struct;
    const parent = origin === null && rightOrigin === null ? parentOf(struct) : null;
    return [origin, rightOrigin, parent].find((id) => id !== null && this.#nextOf(id.client) <= id.clock) ?? undefined;
  }

  /** Writes the struct from `clock` on, or as much of it as there is room for. True when the part is full. */
  #write(struct: Struct, clock: number): boolean {
    const { client } = struct.id;
    const written = this.#written.get(client) ?? { from: clock, count: 0, encoder: new Y.UpdateEncoderV1() };
    this.#written.set(client, written);
    const offset = clock - struct.id.clock;
    const room = this.#limit - this.#size;
    const cut = cutOf(struct, offset, room);
    const before = encoding.length(written.encoder.restEncoder);
    if (cut === undefined) struct.write(written.encoder, offset);
    else stretch(cut.item, offset, cut.text).write(written.encoder, 0);
    written.count++;
    this.#size += encoding.length(written.encoder.restEncoder) - before;
    this.#next.set(client, cut === undefined ? struct.id.clock + struct.length : clock + cut.text.length);
    return this.#size >= this.#limit;
  }
}

function parentOf(item: Y.Item): Y.ID | null {
  // reason: an integrated item's parent is a type; the other forms exist only on the way into a document.
  return (item.parent as Y.AbstractType<unknown> | null)?._item?.id ?? null;
}

/** As much of a long text as there is room for; undefined if the struct goes whole, as all but long texts do. */
function cutOf(struct: Struct, offset: number, room: number): { item: Y.Item; text: string } | undefined {
  if (struct instanceof Y.GC || !(struct.content instanceof Y.ContentString)) return undefined;
  const { str } = struct.content;
  const end = offset + Math.max(1, room);
  if (str.length <= end) return undefined;
  // A pair of surrogates is one letter: half of it would be stored as a damaged one.
  const last = str.charCodeAt(end - 1);
  const whole = last >= 0xd800 && last < 0xdc00 ? end + 1 : end;
  return whole >= str.length ? undefined : { item: struct, text: str.slice(offset, whole) };
}

/** Some letters of a text item as an item of their own, as Yjs would split it. The item itself is left alone. */
function stretch(item: Y.Item, offset: number, text: string): Y.Item {
  const { client, clock } = item.id;
  const origin = offset > 0 ? Y.createID(client, clock + offset - 1) : item.origin;
  // reason: `Object.create` is typed `any`; everything but these two is read from the item.
  return Object.assign(Object.create(item) as Y.Item, { origin, content: new Y.ContentString(text) });
}

/** The newest entries of the roots to be read first. */
function firstWanted(doc: Y.Doc): readonly Wanted[] {
  return FIRST_ROOTS.flatMap((name) => [...(doc.share.get(name)?._map.values() ?? [])]).map(({ id }) => id);
}

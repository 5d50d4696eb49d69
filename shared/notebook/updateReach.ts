// Tells, without applying it, whether an update writes only where somebody may write. Yjs has no such check; this one is
// by the references that decide where Yjs puts an item, and refuses whatever it cannot tell.
// 1. An item stands in the root its parent is named by, or where the items it refers to stand. All references must lead
//    into an allowed root, or to another item of the update, which is checked itself.
// 2. What the document has already may be said again, deletions too: every answer carries all deletions.
// 3. Gaps, and references to what the document lacks, cannot be judged: refused.
// 4. A client id that wrote elsewhere may not be continued: its owner's next edit would be taken for a repetition.
// Costs one pass over the update and one over the stored items it deletes.

import * as Y from "yjs";
import { mib, type Bytes } from "../base/units.ts";

type DecodedStruct = ReturnType<typeof Y.decodeUpdate>["structs"][number];

/** Largest update that is looked through: outputs are stored by hash. */
export const JUDGED_UPDATE_LIMIT: Bytes = mib(8);
/** Root types that whoever may run cells writes: what runs give, at the end and until then, what is kept of it, and where controls stand. */
export const RUN_ROOTS: readonly string[] = ["runs", "soFar", "controls", "kept"];

/**
 * True if applying `update` to `doc` changes nothing outside the root types called `roots`. False if it is malformed, or
 * too large to be looked through.
 */
export function staysWithin(doc: Y.Doc, update: Uint8Array, roots: readonly string[]): boolean {
  if (update.length > JUDGED_UPDATE_LIMIT) return false;
  try {
    const { structs, ds } = Y.decodeUpdate(update);
    const ends = new Map<number, number>();
    const fresh: Y.Item[] = [];
    for (const struct of structs) {
      if (struct.id.clock + struct.length <= Y.getState(doc.store, struct.id.client)) continue;
      if (!follows(doc, ends, struct) || !(struct instanceof Y.Item)) return false;
      fresh.push(struct);
      ends.set(struct.id.client, struct.id.clock + struct.length);
    }
    const places = new Places(doc, roots);
    const knows = (id: Y.ID): boolean => places.allows(id) || isFresh(doc, ends, id);
    if (!fresh.every((item) => standsWithin(item, roots, knows))) return false;
    if (![...ends.keys()].every((client) => places.mayContinue(client))) return false;
    return [...ds.clients].every(([client, ranges]) => places.mayDelete(client, ranges, ends.get(client)));
  } catch {
    return false;
  }
}

/** Whether the struct continues what the document has, or what the update said before, without a gap. */
function follows(doc: Y.Doc, ends: ReadonlyMap<number, number>, { id }: DecodedStruct): boolean {
  return id.clock <= (ends.get(id.client) ?? Y.getState(doc.store, id.client));
}

function isFresh(doc: Y.Doc, ends: ReadonlyMap<number, number>, { client, clock }: Y.ID): boolean {
  return clock >= Y.getState(doc.store, client) && clock < (ends.get(client) ?? 0);
}

function standsWithin(item: Y.Item, roots: readonly string[], knows: (id: Y.ID) => boolean): boolean {
  const parent: unknown = item.parent;
  if (typeof parent === "string" && !roots.includes(parent)) return false;
  const references = [item.origin, item.rightOrigin, parent].filter((id) => id instanceof Y.ID);
  if (references.length === 0 && typeof parent !== "string") return false;
  return references.every(knows);
}

interface DeletedRange {
  readonly clock: number;
  readonly len: number;
}

/** Where stored items stand. */
class Places {
  readonly #doc: Y.Doc;
  readonly #roots: readonly unknown[];

  constructor(doc: Y.Doc, names: readonly string[]) {
    this.#doc = doc;
    this.#roots = names.flatMap((name) => doc.share.get(name) ?? []);
  }

  allows({ client, clock }: Y.ID): boolean {
    if (clock >= Y.getState(this.#doc.store, client)) return false;
    const structs = this.#structs(client);
    return this.#isWithin(structs[Y.findIndexSS(structs, clock)]);
  }

  mayContinue(client: number): boolean {
    const last = this.#structs(client).at(-1);
    return last === undefined || this.#isWithin(last);
  }

  /** `end`: up to where the update itself brings items of this client. */
  mayDelete(client: number, ranges: readonly DeletedRange[], end: number | undefined): boolean {
    const structs = this.#structs(client);
    const state = Y.getState(this.#doc.store, client);
    let seen = 0;
    for (const { clock, len } of [...ranges].sort((one, other) => one.clock - other.clock)) {
      const to = clock + len;
      if (!Number.isSafeInteger(to) || to > Math.max(state, end ?? 0)) return false;
      const from = Math.max(clock, seen);
      if (from < state && from < to && !this.#mayDeleteStored(structs, from, Math.min(to, state))) return false;
      seen = Math.max(seen, to);
    }
    return true;
  }

  #mayDeleteStored(structs: readonly StoredStruct[], from: number, to: number): boolean {
    // reason: yjs only reads the array.
    for (let at = Y.findIndexSS(structs as StoredStruct[], from); at < structs.length; at++) {
      const struct = structs[at];
      if (struct === undefined || struct.id.clock >= to) return true;
      if (!struct.deleted && !this.#isWithin(struct)) return false;
    }
    return true;
  }

  #structs(client: number): StoredStruct[] {
    return this.#doc.store.clients.get(client) ?? [];
  }

  #isWithin(struct: StoredStruct | undefined): boolean {
    let type: unknown = struct instanceof Y.Item ? struct.parent : undefined;
    while (type instanceof Y.AbstractType && type._item !== null) type = type._item.parent;
    return type !== undefined && this.#roots.includes(type);
  }
}

type StoredStruct = Y.Item | Y.GC;

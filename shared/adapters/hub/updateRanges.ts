import * as Y from "yjs";

/** Consecutive clocks of one client that an update writes, or deletes. */
export interface UpdateRange {
  readonly client: number;
  readonly from: number;
  readonly to: number;
  readonly deleted: boolean;
}

/** What an update says, without how it says it; undefined if it is malformed. */
export function updateRanges(update: Uint8Array): readonly UpdateRange[] | undefined {
  try {
    return rangesOf(Y.decodeUpdate(update));
  } catch {
    return undefined;
  }
}

function rangesOf({ structs, ds }: ReturnType<typeof Y.decodeUpdate>): readonly UpdateRange[] {
  const written = structs
    .filter((struct) => !(struct instanceof Y.Skip))
    .map(({ id, length }) => ({ client: id.client, from: id.clock, to: id.clock + length, deleted: false }));
  const deleted = [...ds.clients].flatMap(([client, items]) =>
    items.map(({ clock, len }) => ({ client, from: clock, to: clock + len, deleted: true })),
  );
  return [...written, ...deleted];
}

/** What of `ranges` is in none of `others`. */
export function without(ranges: readonly UpdateRange[], others: readonly UpdateRange[]): readonly UpdateRange[] {
  return others.reduce(
    (left, other) => left.flatMap((range) => (overlaps(range, other) ? cut(range, other) : [range])),
    ranges,
  );
}

const overlaps = (one: UpdateRange, other: UpdateRange): boolean =>
  one.client === other.client && one.deleted === other.deleted && one.from < other.to && other.from < one.to;

function cut(range: UpdateRange, { from, to }: UpdateRange): readonly UpdateRange[] {
  const parts = [
    { ...range, to: from },
    { ...range, from: to },
  ];
  return parts.filter((part) => part.from < part.to);
}

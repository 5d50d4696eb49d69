import { unpack } from "./travel.ts";

/** A value that every computer has which works for the cell: `cluster.broadcast(value)`. Functions read its `value`. */
export class Shared {
  readonly id: string;
  readonly value: unknown;

  constructor(id: string, value: unknown) {
    this.id = id;
    this.value = value;
    Object.freeze(this);
  }
}

/** Values that another computer shared with this kernel. */
export class Shares {
  readonly #pieces = new Map<string, string[]>();
  readonly #values = new Map<string, Shared>();

  readonly take = (id: string, piece: number, count: number, text: string): void => {
    const pieces = this.#pieces.get(id) ?? [];
    this.#pieces.set(id, pieces);
    pieces[piece] = text;
    if (piece + 1 < count) return;
    this.#pieces.delete(id);
    this.#values.set(id, new Shared(id, unpack(pieces.join(""))));
  };

  /** @throws ReferenceError if it was never shared */
  readonly get = (id: string): Shared => {
    const shared = this.#values.get(id);
    if (shared === undefined) throw new ReferenceError("a value shared by cluster.broadcast is not here");
    return shared;
  };
}

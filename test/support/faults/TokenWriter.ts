// Edits of a notebook that can be told apart afterwards: each brings one token that nobody else ever types. Runs in Node
// and in pages.

import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { insertCells, moveCells } from "#shared/notebook/editCells.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";

/** Most cells that writers add: more would make each look at the order slow, and find nothing more. */
const CELLS_LIMIT = 40;

/** What every writer starts with: the same bytes, so that it does not matter who brings them. */
const START = seedUpdate(contentHashOfText("the notebook of the fault tests"), {
  title: "Faults",
  language: "javascript",
  cells: ["one", "two", "three"].map((source, index) => ({
    ...{ id: CellId.parse(`start-${index}`)!, kind: "code", language: "javascript", source },
  })),
});

/** One writer's token number `index`. Names hold no dots. */
export const tokenOf = (writer: string, index: number): string => `‹${writer}.${index}›`;

export class TokenWriter {
  readonly doc: Y.Doc;
  readonly name: string;
  readonly #random: () => number;
  #written = 0;

  constructor(doc: Y.Doc, name: string, random: () => number) {
    this.doc = doc;
    this.name = name;
    this.#random = random;
  }

  /** How many tokens it wrote: those with smaller numbers. */
  get written(): number {
    return this.#written;
  }

  /** Brings the first content, as opening a notebook's file does. */
  start(): void {
    Y.applyUpdate(this.doc, START, { by: "source", source: "file" });
  }

  /** Types one token into some cell; sometimes into a new one, sometimes into one that moves. Returns it. */
  write(): string {
    const { cells } = notebookRoots(this.doc);
    const order = orderedCellIds(cells);
    const token = tokenOf(this.name, this.#written);
    const kind = this.#below(16);
    if (kind === 0 && order.length < CELLS_LIMIT) {
      const draft = { kind: "code" as const, language: "javascript", source: token };
      insertCells(this.doc, { after: this.#any(order) }, [draft]);
    } else {
      const id = this.#any(order);
      const text = cellSource(cells, id)!;
      text.insert(this.#gapIn(text.toString()), token);
      if (kind === 1) moveCells(this.doc, [id], { before: this.#any(order) });
    }
    this.#written += 1;
    return token;
  }

  #below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  #any<T>(list: readonly T[]): T {
    const item = list[this.#below(list.length)];
    if (item === undefined) throw new Error("nothing to choose from: the notebook was not started");
    return item;
  }

  /** A place that is not inside a token. */
  #gapIn(text: string): number {
    const near = text.indexOf("›", this.#below(text.length + 1));
    return near < 0 ? text.length : near + 1;
  }
}

/** Whether some cell has the token. */
export function hasToken(doc: Y.Doc, token: string): boolean {
  const { cells } = notebookRoots(doc);
  return orderedCellIds(cells).some((id) => cellSource(cells, id)?.toString().includes(token));
}

/** How often each token stands in the notebook, by writer and number. */
export function readTokens(doc: Y.Doc): ReadonlyMap<string, ReadonlyMap<number, number>> {
  const { cells } = notebookRoots(doc);
  const found = new Map<string, Map<number, number>>();
  for (const id of orderedCellIds(cells)) {
    for (const [, writer, index] of cellSource(cells, id)!
      .toString()
      .matchAll(/‹([^.‹›]+)\.(\d+)›/g)) {
      const counts = found.get(writer!) ?? new Map<number, number>();
      found.set(writer!, counts);
      counts.set(Number(index), (counts.get(Number(index)) ?? 0) + 1);
    }
  }
  return found;
}

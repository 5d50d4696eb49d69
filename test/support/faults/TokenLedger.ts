import { expect } from "vitest";
import type * as Y from "yjs";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { orderedCellIds } from "#shared/notebook/cellOrder.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { readTokens } from "./TokenWriter.ts";

/** Where an edit was said to be kept: on the writer's own computer, or by the class host. */
export type Keeper = "saved" | "held";

/**
 * What the product said of every token, kept outside of the product, so that it can be judged by it. A claim covers
 * everything its writer had written until then: that is what `saved` and `held` promise.
 */
export class TokenLedger {
  readonly #claimed: Readonly<Record<Keeper, Map<string, number>>> = { saved: new Map(), held: new Map() };

  /** The first `count` tokens of a writer were said to be kept. */
  claim(keeper: Keeper, writer: string, count: number): void {
    const claims = this.#claimed[keeper];
    claims.set(writer, Math.max(count, claims.get(writer) ?? 0));
  }

  claimed(keeper: Keeper, writer: string): number {
    return this.#claimed[keeper].get(writer) ?? 0;
  }

  /** How many tokens were said to be kept by anybody. */
  get acknowledged(): number {
    const writers = new Set([...this.#claimed.saved.keys(), ...this.#claimed.held.keys()]);
    return [...writers].reduce((sum, writer) => {
      return sum + Math.max(this.claimed("saved", writer), this.claimed("held", writer));
    }, 0);
  }

  /** Tokens that were said to be kept and are not in the document. With `writers`, of those alone. */
  lost(doc: Y.Doc, keeper: Keeper, writers?: readonly string[]): readonly string[] {
    const found = readTokens(doc);
    return [...this.#claimed[keeper]].flatMap(([writer, count]) => {
      if (writers?.includes(writer) === false) return [];
      const indexes = Array.from({ length: count }, (_, index) => index);
      return indexes.filter((index) => !found.get(writer)?.has(index)).map((index) => `${writer}.${index}`);
    });
  }
}

/** Tokens, and with them cells, that stand more than once. */
export function doubled(doc: Y.Doc): readonly string[] {
  return [...readTokens(doc)].flatMap(([writer, counts]) =>
    [...counts].filter(([, count]) => count > 1).map(([index]) => `${writer}.${index}`),
  );
}

/** Tokens that are missing before later ones of the same writer: a replica holds a beginning of what each wrote. */
export function holes(doc: Y.Doc): readonly string[] {
  return [...readTokens(doc)].flatMap(([writer, counts]) => {
    const last = Math.max(...counts.keys());
    return Array.from({ length: last }, (_, index) => index)
      .filter((index) => !counts.has(index))
      .map((index) => `${writer}.${index}`);
  });
}

/** What must be so of any replica at any instant: nothing doubled, no holes, an order of cells without repetition. */
export function expectSound(doc: Y.Doc): void {
  expect(doubled(doc), "doubled").toEqual([]);
  expect(holes(doc), "holes").toEqual([]);
  const order = orderedCellIds(notebookRoots(doc).cells);
  expect(new Set(order).size, "cells in order").toBe(order.length);
}

/** What must be so of all replicas once the faults are over. */
export function expectConverged(docs: readonly Y.Doc[]): void {
  const [first] = docs;
  for (const doc of docs) {
    expectSound(doc);
    expect(documentDigest(doc), "digest").toBe(documentDigest(first!));
    expect(canonicalContent(doc), "content").toBe(canonicalContent(first!));
    expect(orderedCellIds(notebookRoots(doc).cells)).toEqual(orderedCellIds(notebookRoots(first!).cells));
  }
}

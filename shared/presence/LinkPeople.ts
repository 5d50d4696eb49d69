import type { Awareness } from "y-protocols/awareness";
import type { AwarenessEntry } from "./cleanAwareness.ts";

/** People whom one link may bring at a time: a school year behind a relay. A link that invents more is not listened to. */
export const LINK_PEOPLE_LIMIT = 300;

/** Keeps one link from filling our list of people, and the memory behind it. */
export class LinkPeople {
  readonly #awareness: Awareness;
  /** Clients that were first heard of over a link. */
  readonly #brought = new WeakMap<object, Set<number>>();

  constructor(awareness: Awareness) {
    this.#awareness = awareness;
  }

  /** What a link may say: everything of people who are known, and of as many others as a class has. */
  admit(link: object, entries: readonly AwarenessEntry[]): readonly AwarenessEntry[] {
    const brought = this.#brought.get(link) ?? new Set<number>();
    this.#brought.set(link, brought);
    if (brought.size + entries.length > LINK_PEOPLE_LIMIT) this.#forgetGone(brought);
    return entries.filter(({ client }) => {
      if (this.#awareness.meta.has(client) || brought.has(client)) return true;
      if (brought.size >= LINK_PEOPLE_LIMIT) return false;
      brought.add(client);
      return true;
    });
  }

  /** y-protocols remembers for ever who has left. */
  #forgetGone(brought: Set<number>): void {
    const { states, meta } = this.#awareness;
    for (const client of brought) {
      if (states.has(client)) continue;
      brought.delete(client);
      meta.delete(client);
    }
  }
}

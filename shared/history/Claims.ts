import type { Person } from "../ports/HistoryStore.ts";
import { believe, CLAIMS_LIMIT } from "./people.ts";

/** Under which names clients were seen, by what they said of themselves. */
export class Claims {
  readonly #known = new Map<number, Person>();

  get known(): ReadonlyMap<number, Person> {
    return this.#known;
  }

  /** Remembers a claim. True if it says something that was not known. */
  isNews(person: Person): boolean {
    const believed = believe(this.#known.get(person.client), person);
    if (believed === undefined) return false;
    if (this.#known.size >= CLAIMS_LIMIT && !this.#known.has(person.client)) return false;
    this.#known.set(person.client, believed);
    return true;
  }
}

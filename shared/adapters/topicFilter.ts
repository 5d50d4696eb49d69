/** An MQTT filter: `+` stands for one level, a last `#` for all that follow. */
export class TopicFilter {
  readonly #levels: readonly string[];

  constructor(filter: string) {
    this.#levels = filter.split("/");
  }

  /** The levels of a topic name, which `/` separates. */
  matches(levels: readonly string[]): boolean {
    const wanted = this.#levels;
    for (let at = 0; at < wanted.length; at++) {
      const level = wanted[at];
      // `a/#` matches `a` itself too.
      if (level === "#") return true;
      if (at >= levels.length) return false;
      if (level !== "+" && level !== levels[at]) return false;
    }
    return wanted.length === levels.length;
  }
}

/** True if an MQTT topic name is matched by a filter. */
export function matchesFilter(filter: string, topic: string): boolean {
  return new TopicFilter(filter).matches(topic.split("/"));
}

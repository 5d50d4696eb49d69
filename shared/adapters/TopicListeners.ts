import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { TopicFilter } from "./topicFilter.ts";

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Who listens to which topics, for transports that get all messages of one connection from one place. */
export class TopicListeners {
  readonly #filters = new Map<string, { readonly filter: TopicFilter; readonly listeners: Emitter<Message> }>();

  get filters(): readonly string[] {
    return [...this.#filters.keys()];
  }

  /** `last` is called when nobody listens to this filter any more. */
  add(filter: string, listener: (topic: string, payload: Uint8Array) => void, last: () => void): Dispose {
    const entry = this.#filters.get(filter) ?? { filter: new TopicFilter(filter), listeners: new Emitter<Message>() };
    this.#filters.set(filter, entry);
    const { listeners } = entry;
    const dispose = listeners.subscribe(({ topic, payload }) => listener(topic, payload));
    return () => {
      dispose();
      if (listeners.size > 0 || this.#filters.get(filter) !== entry) return;
      this.#filters.delete(filter);
      last();
    };
  }

  deliver(topic: string, payload: Uint8Array): void {
    const levels = topic.split("/");
    for (const { filter, listeners } of [...this.#filters.values()]) {
      if (filter.matches(levels)) listeners.emit({ topic, payload });
    }
  }

  clear(): void {
    this.#filters.clear();
  }
}

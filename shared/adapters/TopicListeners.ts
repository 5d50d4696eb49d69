import type { Dispose } from "../base/dispose.ts";
import { Emitter } from "../base/emitter.ts";
import { matchesFilter } from "./topicFilter.ts";

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** Who listens to which topics, for transports that get all messages of one connection from one place. */
export class TopicListeners {
  readonly #filters = new Map<string, Emitter<Message>>();

  get filters(): readonly string[] {
    return [...this.#filters.keys()];
  }

  /** `last` is called when nobody listens to this filter any more. */
  add(filter: string, listener: (topic: string, payload: Uint8Array) => void, last: () => void): Dispose {
    const listeners = this.#filters.get(filter) ?? new Emitter<Message>();
    this.#filters.set(filter, listeners);
    const dispose = listeners.subscribe(({ topic, payload }) => listener(topic, payload));
    return () => {
      dispose();
      if (listeners.size > 0 || this.#filters.get(filter) !== listeners) return;
      this.#filters.delete(filter);
      last();
    };
  }

  deliver(topic: string, payload: Uint8Array): void {
    for (const [filter, listeners] of [...this.#filters]) {
      if (matchesFilter(filter, topic)) listeners.emit({ topic, payload });
    }
  }

  clear(): void {
    this.#filters.clear();
  }
}

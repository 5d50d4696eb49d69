// What of a document and its presence is published on a broker: own news at once, or together after a moment where links
// bring them to everybody anyhow; those of others only if nobody else has published them after a moment.

import { encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { AttachedDocument } from "../../ports/DocSource.ts";
import type { AwarenessEntry } from "../../presence/cleanAwareness.ts";
import { ForeignPresence, type PresenceChange } from "../hub/ForeignPresence.ts";
import { ForeignUpdates, relayDelay } from "../hub/ForeignUpdates.ts";
import { awarenessFrame, updateFrame } from "../hub/hubFrames.ts";
import type { Timers } from "../Timers.ts";

/**
 * How long own news are gathered where links bring them, too: sealing and publishing each key again, and opening it, costs
 * both ends more than the key itself. Less than `RELAY_DELAY`, after which others would take it that we are not heard.
 */
export const GATHERED: Milliseconds = ms(150);

export interface RelayOutboxOptions {
  readonly document: AttachedDocument;
  readonly timers: Timers;
  readonly random: () => number;
  readonly broadcast: (frame: Uint8Array) => void;
  /** Whether everybody who hears us on the broker gets our news by links as well. */
  readonly isLinked: () => boolean;
}

export class RelayOutbox {
  readonly #options: RelayOutboxOptions;
  readonly #foreign = new ForeignUpdates();
  readonly #foreignPresence: ForeignPresence;
  #updates: Uint8Array[] = [];
  readonly #shown = new Set<number>();
  #sendQueued = false;

  constructor(options: RelayOutboxOptions) {
    this.#options = options;
    this.#foreignPresence = new ForeignPresence(options.document.awareness);
  }

  own(update: Uint8Array): void {
    this.#updates.push(update);
    this.#sendSoon();
  }

  foreign(update: Uint8Array): void {
    this.#foreign.add(update);
    this.#relayLater();
  }

  presence(change: PresenceChange, origin: unknown): void {
    const { own, foreign } = this.#foreignPresence.changed(change, origin);
    for (const client of own) this.#shown.add(client);
    if (own.length > 0) this.#sendSoon();
    if (foreign) this.#relayLater();
  }

  /** Publishes what these clients show now. */
  show(clients: readonly number[]): void {
    const { awareness } = this.#options.document;
    const known = clients.filter((client) => awareness.meta.has(client));
    if (known.length > 0) this.#options.broadcast(awarenessFrame(encodeAwarenessUpdate(awareness, known)));
  }

  /** Somebody else has published this. */
  seen(update: Uint8Array): void {
    this.#foreign.seen(update);
  }

  seenPresence(entries: readonly AwarenessEntry[]): void {
    this.#foreignPresence.seen(entries);
  }

  /** Publishes what waits. */
  flush(): void {
    this.#send();
    this.#relayNow();
  }

  /** One microtask: a burst of edits within a turn is one message. */
  #sendSoon(): void {
    if (this.#options.isLinked()) {
      this.#options.timers.start("gather", GATHERED, () => this.#send());
      return;
    }
    if (this.#sendQueued) return;
    this.#sendQueued = true;
    queueMicrotask(() => {
      this.#sendQueued = false;
      this.#send();
    });
  }

  #relayLater(): void {
    const { timers, random } = this.#options;
    timers.start("relay", relayDelay(random()), () => this.#relayNow());
  }

  #relayNow(): void {
    this.#options.timers.stop("relay");
    for (const update of this.#foreign.take()) this.#options.broadcast(updateFrame(update));
    this.show(this.#foreignPresence.take());
  }

  #send(): void {
    this.#options.timers.stop("gather");
    const updates = this.#updates;
    this.#updates = [];
    const [first] = updates;
    if (first !== undefined) {
      this.#options.broadcast(updateFrame(updates.length === 1 ? first : Y.mergeUpdates(updates)));
    }
    const shown = [...this.#shown];
    this.#shown.clear();
    this.show(shown);
  }
}

// One document among the tabs of one browser, from attaching to detaching. A BroadcastChannel loses nothing and keeps the
// order, so a tab that came asks once; after that everybody posts what is new.

import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { reportChanges } from "#shared/adapters/reportChanges.ts";
import { answerFrame, askFrame, awarenessFrame, updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import type { PresenceChange } from "#shared/adapters/hub/ForeignPresence.ts";
import { Timers } from "#shared/adapters/Timers.ts";
import { byeFrame, helloFrame, readRelayFrame, type RelayFrame } from "#shared/adapters/mqtt/relayFrames.ts";
import { ms } from "#shared/base/units.ts";
import { applyFrom } from "#shared/notebook/applyFrom.ts";
import { OTHER_TAB } from "#shared/notebook/origins.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AttachedDocument, AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { foreignEntries, readAwarenessUpdate, writeAwarenessUpdate } from "#shared/presence/cleanAwareness.ts";
import { parseTabMessage, type TabMessage, type TabWords, type ToldStatus } from "./tabMessage.ts";

/** Other tabs have answered by then, if there are any. */
const ALONE_AFTER = ms(150);
/** How often a tab says that it is here. */
const HELLO_INTERVAL = ms(10_000);
/** A tab that said nothing for so long has crashed. Timers of hidden tabs may ring once a minute. */
const TAB_PATIENCE = ms(75_000);

export interface TabSessionOptions {
  readonly name: string;
  readonly self: string;
  readonly document: AttachedDocument;
  readonly clock: Clock;
}

export interface TabSessionEvents {
  readonly report: (status: SourceStatus) => void;
  /** How many other tabs there are now. */
  readonly others: (count: number) => void;
  readonly arrived: () => void;
  readonly told: (told: ToldStatus) => void;
  readonly said: (words: TabWords) => void;
}

export class TabSession implements AttachedSource {
  readonly ready: Promise<void>;
  readonly #options: TabSessionOptions;
  readonly #events: TabSessionEvents;
  readonly #report: (status: SourceStatus) => void;
  readonly #channel: BroadcastChannel;
  readonly #timers: Timers;
  /** When each other tab was last heard. */
  readonly #tabs = new Map<string, number>();
  #unreadable = 0;
  #attached = true;
  /** Other tabs may be there that have not answered yet: what they are not given now they may never get. */
  #arriving = true;
  #becomeReady: () => void = () => undefined;

  constructor(options: TabSessionOptions, events: TabSessionEvents) {
    this.#options = options;
    this.#events = events;
    this.#report = reportChanges(events.report);
    this.#timers = new Timers(options.clock);
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    const { doc, awareness } = options.document;
    this.#channel = new BroadcastChannel(options.name);
    this.#channel.addEventListener("message", this.#onMessage);
    doc.on("update", this.#updated);
    awareness.on("update", this.#presenceChanged);
    this.#timers.set("alone", ALONE_AFTER, () => {
      this.#arriving = false;
      this.#becomeReady();
    });
    this.#sayStatus();
    this.resync();
    this.#repeatHello();
  }

  tell(told: ToldStatus): void {
    this.#channel.postMessage({ type: "told", from: this.#options.self, told } satisfies TabMessage);
  }

  say(words: TabWords): void {
    this.#channel.postMessage({ type: "words", from: this.#options.self, words } satisfies TabMessage);
  }

  /** What is posted has left. */
  flush(): Promise<void> {
    return Promise.resolve();
  }

  resync(): void {
    if (!this.#attached) return;
    this.#post(helloFrame(true));
    this.#ask(undefined);
  }

  detach(): Promise<void> {
    if (!this.#attached) return Promise.resolve();
    this.#attached = false;
    this.#options.document.doc.off("update", this.#updated);
    this.#options.document.awareness.off("update", this.#presenceChanged);
    this.#post(byeFrame());
    this.#timers.clear();
    this.#becomeReady();
    this.#channel.removeEventListener("message", this.#onMessage);
    this.#channel.close();
    this.#events.others(0);
    return Promise.resolve();
  }

  readonly #updated = (update: Uint8Array, origin: unknown): void => {
    if (origin !== OTHER_TAB && (this.#arriving || this.#tabs.size > 0)) this.#post(updateFrame(update));
  };

  readonly #presenceChanged = ({ added, updated, removed }: PresenceChange, origin: unknown): void => {
    if (origin !== OTHER_TAB && this.#tabs.size > 0) this.#showPresence([...added, ...updated, ...removed]);
  };

  readonly #onMessage = (event: MessageEvent<unknown>): void => {
    const message = parseTabMessage(event.data);
    const { self, clock } = this.#options;
    if (message === undefined || message.from === self) return;
    if (message.type === "told") {
      this.#events.told(message.told);
      return;
    }
    if (message.type === "words") {
      this.#events.said(message.words);
      return;
    }
    if (message.to !== undefined && message.to !== self) return;
    const known = this.#tabs.has(message.from);
    this.#tabs.set(message.from, clock.monotonic());
    try {
      const frame = readRelayFrame(message.frame);
      if (frame === undefined) throw new Error("not a frame of a tab");
      this.#read(frame, message.from);
    } catch {
      // A tab of another version: what it says is not for us, and the document is as it was.
      this.#unreadable++;
    }
    // First that there is another: to whom nobody is there, nothing is told.
    this.#sayStatus();
    if (!known && this.#tabs.has(message.from)) this.#met(message.from);
  };

  #read(frame: RelayFrame, from: string): void {
    const { doc, awareness } = this.#options.document;
    switch (frame.type) {
      case "hello":
        if (frame.needs) this.#events.arrived();
        return;
      case "bye":
        this.#tabs.delete(from);
        return;
      case "ask":
        this.#post(answerFrame(Y.encodeStateAsUpdate(doc, frame.stateVector)), from);
        this.#showPresence([...awareness.getStates().keys()], from);
        return;
      case "update":
        applyFrom(doc, frame.update, OTHER_TAB);
        if (frame.answer) this.#becomeReady();
        return;
      case "awareness":
        this.#applyPresence(frame.update);
        return;
      default:
        return;
    }
  }

  /** A tab we did not know: it may have what we lack. */
  #met(tab: string): void {
    this.#ask(tab);
    this.#showPresence([...this.#options.document.awareness.getStates().keys()], tab);
    this.#events.arrived();
  }

  #applyPresence(update: Uint8Array): void {
    const { awareness, doc } = this.#options.document;
    const entries = readAwarenessUpdate(update);
    if (entries === undefined) throw new Error("malformed presence");
    if (entries.some((entry) => entry.client === doc.clientID && entry.state === undefined)) {
      queueMicrotask(() => this.#showPresence([doc.clientID]));
    }
    applyAwarenessUpdate(awareness, writeAwarenessUpdate(foreignEntries(entries, doc.clientID)), OTHER_TAB);
  }

  #ask(to: string | undefined): void {
    this.#post(askFrame(Y.encodeStateVector(this.#options.document.doc)), to);
  }

  #showPresence(clients: readonly number[], to?: string): void {
    const { awareness } = this.#options.document;
    const known = clients.filter((client) => awareness.meta.has(client));
    if (known.length > 0) this.#post(awarenessFrame(encodeAwarenessUpdate(awareness, known)), to);
  }

  #post(frame: Uint8Array, to?: string): void {
    this.#channel.postMessage({ type: "frame", from: this.#options.self, to, frame } satisfies TabMessage);
  }

  #repeatHello(): void {
    this.#timers.set("hello", HELLO_INTERVAL, () => {
      const now = this.#options.clock.monotonic();
      for (const [tab, heard] of this.#tabs) if (now - heard > TAB_PATIENCE) this.#tabs.delete(tab);
      this.#post(helloFrame(false));
      this.#sayStatus();
      this.#repeatHello();
    });
  }

  #sayStatus(): void {
    if (!this.#attached) return;
    const warning = { code: "unreadable", message: "Another window of this notebook runs another version; reload it." };
    const peers = this.#tabs.size;
    const status: SourceStatus = {
      ...{ state: "connected", held: false, peers },
      ...(this.#unreadable > 0 && { warning }),
    };
    this.#events.others(peers);
    this.#report(status);
  }
}

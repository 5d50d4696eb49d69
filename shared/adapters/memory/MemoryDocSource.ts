import { applyAwarenessUpdate, encodeAwarenessUpdate } from "y-protocols/awareness";
import * as Y from "yjs";
import { applyFrom } from "../../notebook/applyFrom.ts";
import type { DocOrigin } from "../../notebook/origins.ts";
import type { AttachedDocument, AttachedSource, DocSource, SourceKind, SourceStatus } from "../../ports/DocSource.ts";
import { reportChanges } from "../reportChanges.ts";
import type { AwarenessChange, MemoryHub, MemoryMessage, MemoryNode } from "./MemoryHub.ts";

/** A source to a `MemoryHub`. Works like the real ones, faults included. */
export class MemoryDocSource implements DocSource {
  readonly kind: SourceKind;
  readonly #hub: MemoryHub;
  #link: MemoryLink | undefined;

  constructor(hub: MemoryHub) {
    this.kind = hub.kind;
    this.#hub = hub;
  }

  attach(document: AttachedDocument, report: (status: SourceStatus) => void): AttachedSource {
    this.#link = new MemoryLink(this.#hub, document, report);
    return this.#link;
  }

  /** This device's place in the network, to cut and to part. Undefined before the first `attach`. */
  get node(): MemoryNode | undefined {
    return this.#link;
  }
}

class MemoryLink implements AttachedSource, MemoryNode {
  readonly ready: Promise<void>;
  readonly #hub: MemoryHub;
  readonly #document: AttachedDocument;
  readonly #report: (status: SourceStatus) => void;
  readonly #origin: DocOrigin = { by: "source", source: "memory" };
  /** Updates sent that the host has not called stored. */
  readonly #outstanding = new Set<number>();
  /** Since the link was last whole, the host has been given all that it lacked. */
  #given = false;
  #reachable = false;
  #attached = true;
  #count = 0;
  #unreadable = 0;
  #becomeReady: () => void = () => {};

  constructor(hub: MemoryHub, document: AttachedDocument, report: (status: SourceStatus) => void) {
    this.#hub = hub;
    this.#document = document;
    this.#report = reportChanges(report);
    this.ready = new Promise((resolve) => (this.#becomeReady = resolve));
    document.doc.on("update", this.#updated);
    document.awareness.on("update", this.#presenceChanged);
    this.#say({ state: "connecting" });
    hub.join(this);
  }

  receive(message: MemoryMessage, from: MemoryNode): void {
    try {
      this.#read(message, from);
    } catch {
      this.#unreadable++;
      this.#sayStatus();
    }
  }

  #read(message: MemoryMessage, from: MemoryNode): void {
    const { doc, awareness } = this.#document;
    switch (message.type) {
      case "ask":
        this.#given = true;
        this.#sendUpdate(Y.encodeStateAsUpdate(doc, message.stateVector), [from], true);
        applyAwarenessUpdate(awareness, message.awareness, this.#origin);
        if (message.mutual) this.#ask([from], false);
        return;
      case "update":
        applyFrom(doc, message.update, this.#origin);
        if (message.answer) this.#becomeReady();
        return;
      case "stored":
        this.#outstanding.delete(message.id);
        this.#sayStatus();
        return;
      case "awareness":
        applyAwarenessUpdate(awareness, message.update, this.#origin);
        return;
    }
  }

  reachChanged(): void {
    const others = this.#hub.reach(this);
    const came = others.length > 0 && !this.#reachable;
    this.#reachable = others.length > 0;
    if (came) this.resync();
    if (!this.#reachable) this.#becomeReady();
    this.#sayStatus();
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  resync(): void {
    if (!this.#attached) return;
    this.#outstanding.clear();
    this.#given = false;
    this.#ask(this.#hub.reach(this), true);
    this.#sayStatus();
  }

  detach(): Promise<void> {
    this.#attached = false;
    this.#document.doc.off("update", this.#updated);
    this.#document.awareness.off("update", this.#presenceChanged);
    this.#hub.leave(this);
    this.#becomeReady();
    return Promise.resolve();
  }

  readonly #updated = (update: Uint8Array, origin: unknown): void => {
    if (origin === this.#origin) return;
    this.#sendUpdate(update, this.#hub.reach(this), false);
  };

  readonly #presenceChanged = ({ added, updated, removed }: AwarenessChange, origin: unknown): void => {
    if (origin === this.#origin) return;
    const update = encodeAwarenessUpdate(this.#document.awareness, [...added, ...updated, ...removed]);
    for (const other of this.#hub.reach(this)) this.#hub.send({ type: "awareness", update }, this, other);
  };

  #ask(others: readonly MemoryNode[], mutual: boolean): void {
    const { doc, awareness } = this.#document;
    const mine = encodeAwarenessUpdate(awareness, awareness.meta.has(doc.clientID) ? [doc.clientID] : []);
    const stateVector = Y.encodeStateVector(doc);
    for (const other of others) this.#hub.send({ type: "ask", stateVector, awareness: mine, mutual }, this, other);
  }

  #sendUpdate(update: Uint8Array, others: readonly MemoryNode[], answer: boolean): void {
    for (const other of others) {
      const id = ++this.#count;
      if (this.#hub.stores) this.#outstanding.add(id);
      this.#hub.send({ type: "update", update, id, answer }, this, other);
    }
    this.#sayStatus();
  }

  #sayStatus(): void {
    const peers = this.#hub.reach(this).length;
    const { stores } = this.#hub;
    if (this.#hub.isCut(this)) {
      this.#say({ state: "offline", reason: "The link is cut." });
      return;
    }
    const held = stores && this.#given && this.#outstanding.size === 0;
    const warning = { code: "unreadable", message: `${this.#unreadable} messages could not be read.` };
    this.#say({ state: "connected", held, peers, ...(this.#unreadable > 0 ? { warning } : {}) });
  }

  #say(status: SourceStatus): void {
    if (this.#attached) this.#report(status);
  }
}

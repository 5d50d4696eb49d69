// What an adapter brings along to be judged by `docSourceCases`. Free of any test framework, so that the same cases run
// in Node and inside a browser page.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import type { AttachedSource, DocSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { countListeners } from "../support/countListeners.ts";

export interface DocSourceHarness {
  readonly name: string;
  /** Keeps the document when no replica is attached (disk, host). Only these may say `held`. */
  readonly stores: boolean;
  /** Carries edits between replicas that are attached at the same time. Presence too, if `presence`. */
  readonly live: boolean;
  readonly presence: boolean;
  /** Its places can be given bad bytes (`damage`), and be cut off (`cut`, `heal`). */
  readonly damages: boolean;
  readonly cuts: boolean;
  /** Opens a new, empty place that documents can live in or travel through. */
  open(): Promise<DocSourcePlace>;
}

/** One database, one hub with one room, one mesh: whatever several sources of one document have in common. */
export interface DocSourcePlace {
  /** A source to this place, as one more device would have it. */
  source(): DocSource;
  /** Replaces the suite's way of making a replica, for adapters whose replicas live in realms of their own. */
  createDoc?(): Y.Doc;
  applyUpdate?(doc: Y.Doc, update: Uint8Array, origin: unknown): void;
  /** Lets simulated time pass; called while the suite waits. */
  pump?(): void;
  /** Stores only: the document as somebody reads it who knows nothing but the place, at this instant. */
  stored?(): Promise<Uint8Array>;
  /** Puts bytes that are no updates where attached sources meet them: into the rows, or on the wire. */
  damage?(): Promise<void>;
  /** Makes the place unreachable, and reachable again. */
  cut?(): Promise<void>;
  heal?(): Promise<void>;
  /** Timers, sockets and handles of this place's sources that are still open, by name. */
  leftovers?(): readonly string[];
  /** Takes the place down. All sources have been detached. */
  close(): Promise<void>;
}

/** How long a case waits for what must come true. */
const PATIENCE = ms(60_000);
const POLL = ms(5);

const OTHER_WAY = { by: "source", source: "another way" } as const;

/** One replica with at most one source attached. */
export class ContractReplica {
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly statuses: SourceStatus[] = [];
  /** Called with every status as it is reported. */
  onStatus: ((status: SourceStatus) => void) | undefined;
  readonly #place: DocSourcePlace;
  readonly source: DocSource;
  attached: AttachedSource | undefined;

  constructor(place: DocSourcePlace) {
    this.#place = place;
    this.doc = place.createDoc?.() ?? new Y.Doc();
    this.awareness = new Awareness(this.doc);
    this.source = place.source();
  }

  attach(): AttachedSource {
    this.attached = this.source.attach({ doc: this.doc, awareness: this.awareness }, (status) => {
      this.statuses.push(status);
      this.onStatus?.(status);
    });
    return this.attached;
  }

  async detach(): Promise<void> {
    await pumped(this.#place, this.attached?.detach() ?? Promise.resolve());
    this.attached = undefined;
  }

  get status(): SourceStatus | undefined {
    return this.statuses.at(-1);
  }

  get held(): boolean {
    return this.status?.state === "connected" && this.status.held;
  }

  /** An update comes by a way that is not the source's. */
  bring(update: Uint8Array): void {
    if (this.#place.applyUpdate !== undefined) this.#place.applyUpdate(this.doc, update, OTHER_WAY);
    else Y.applyUpdate(this.doc, update, OTHER_WAY);
  }

  get text(): Y.Text {
    return this.doc.getText("contract");
  }

  get digest(): string {
    return documentDigest(this.doc);
  }

  /** Listeners on the document and the presence, whoever put them there. */
  get listeners(): number {
    return countListeners(this.doc, this.awareness);
  }

  async end(): Promise<void> {
    await this.detach();
    this.awareness.destroy();
    this.doc.destroy();
  }
}

/** Fails the case unless `condition` holds. */
export function check(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(what);
}

/** Waits until `condition` holds; fails with `what` if it does not in time. */
export async function eventually(
  place: DocSourcePlace,
  condition: () => boolean,
  what: string | (() => string),
  patience: Milliseconds = PATIENCE,
): Promise<void> {
  const end = performance.now() + patience;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`never came true: ${typeof what === "string" ? what : what()}`);
    place.pump?.();
    await new Promise<void>((resolve) => setTimeout(resolve, POLL));
  }
}

/** Waits for `promise` while simulated time passes; fails if it does not settle in time. */
export async function pumped(place: DocSourcePlace, promise: Promise<unknown>): Promise<void> {
  const outcome: { settled: boolean; error?: unknown } = { settled: false };
  promise.then(
    () => (outcome.settled = true),
    (error: unknown) => Object.assign(outcome, { settled: true, error }),
  );
  await eventually(place, () => outcome.settled, "a promise of the source settles");
  if (outcome.error !== undefined) throw new Error("a promise that never rejects did", { cause: outcome.error });
}

export const connected = (replica: ContractReplica): boolean => replica.status?.state === "connected";

/** Attaches and waits until the source is ready and connected. */
export async function attachReady(place: DocSourcePlace, replica: ContractReplica): Promise<void> {
  await pumped(place, replica.attach().ready);
  await eventually(
    place,
    () => connected(replica),
    () => `connected (last status ${JSON.stringify(replica.status)})`,
  );
}

/** Waits until both replicas hold the same document. */
export async function agree(place: DocSourcePlace, one: ContractReplica, other: ContractReplica): Promise<void> {
  await eventually(place, () => one.digest === other.digest, "both replicas hold the same document");
  check(one.text.toJSON() === other.text.toJSON(), "equal digests mean equal text");
}

/** What one case does, with a fresh place and as many replicas as it asks for. */
export type CaseBody = (place: DocSourcePlace, join: () => ContractReplica) => Promise<void>;

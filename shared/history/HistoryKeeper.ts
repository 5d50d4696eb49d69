// Keeps the history of one document while it is open here: on the class host and on each device alike.
// 1. A state is kept when work pauses, at intervals while it goes on, when the document is opened and closed, and right
//    before a great deletion. Equal content is kept once.
// 2. What is kept is stored durably or not at all, one after the other. A store that refuses costs the document nothing:
//    the change stays unkept and the next state holds it.
// 3. Every change has an author: the client that wrote it, and the name that client was seen under.

import * as Y from "yjs";
import type { Dispose } from "../base/dispose.ts";
import { StorageError } from "../base/errors.ts";
import { hashAside } from "../base/hash.ts";
import { StateId, type RoomId } from "../base/ids.ts";
import { err, ok, type Result } from "../base/result.ts";
import { bytes, ms, seconds, unixMs, type Milliseconds } from "../base/units.ts";
import type { Clock } from "../ports/Clock.ts";
import type { Deflater } from "../ports/Deflater.ts";
import type { DatedState, HistoryStore, Person, StateCause, VersionLabel } from "../ports/HistoryStore.ts";
import type { Logger } from "../ports/Logger.ts";
import { ChangesSince } from "./ChangesSince.ts";
import { Claims } from "./Claims.ts";
import { captureDue, type Unkept } from "./captureDue.ts";
import type { Times } from "./contributions.ts";
import { watchDocument, type ObservedChange } from "./documentWatch.ts";
import { momentOf, openState, STATE_LIMIT, type Moment } from "./encodedState.ts";
import { believe } from "./people.ts";
import { planAddition } from "./planAddition.ts";
import { versionRefusal, type HistoryLimits } from "./thinOut.ts";

/** Characters that one change must delete for the state before it to be kept: more than a sentence. */
export const GREAT_DELETION = 200;
/** Great deletions that follow one another sooner share the state before the first: a flood of them must not fill disks. */
const DELETION_PAUSE: Milliseconds = seconds(5);
/** What is written into a document, in Yjs's units (characters, mostly), above which a page needs a second for a state. */
export const LARGE = 4_000_000;

export interface HistoryKeeperOptions {
  readonly room: RoomId;
  readonly store: HistoryStore;
  readonly deflater: Deflater;
  readonly limits: HistoryLimits;
  /** Somebody else keeps a history, too: then states of a large document are kept here only when they are asked for. */
  readonly keptElsewhere?: () => boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Why a state was not kept: nothing to keep, or no room for it. */
export type KeepRefusal = "empty" | "too-large" | "too-many-versions";

interface Addition {
  readonly moment: Moment;
  readonly cause: StateCause;
  readonly times: ReadonlyMap<number, Times>;
  readonly deleters: ReadonlySet<number>;
}

export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  readonly #claims = new Claims();
  #queue: Promise<unknown> = Promise.resolve();
  #doc: Y.Doc | undefined;
  #unwatch: Dispose = () => undefined;
  #authorsOf: (origin: unknown) => readonly number[] = () => [];
  #since = new ChangesSince(Promise.resolve(undefined));
  #unkept: Unkept | undefined;
  #cancelAlarm: Dispose | undefined;
  #nextDeletion: Milliseconds = ms(-Infinity);

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /**
   * Keeps the history of `doc` from now on, in the place of a document before it. `authorsOf`: clients behind a change
   * that wrote nothing (it only deleted), by the origin of its transaction, where that can be known.
   */
  watch(doc: Y.Doc, authorsOf: (origin: unknown) => readonly number[] = () => []): void {
    this.#unwatch();
    this.#doc = doc;
    this.#authorsOf = authorsOf;
    this.#unwatch = watchDocument(doc, (change) => this.#changed(change));
    // What changed while nobody kept the history (a crash, another program) is kept now.
    this.#keepSoon("opened");
  }

  /** Somebody said whose clients these are. */
  note(people: readonly Person[]): void {
    const news = people.filter((person) => this.#claims.isNews(person));
    if (news.length > 0) this.#enqueueQuietly("names were not kept", () => this.#storePeople(news));
  }

  /** Keeps the document as it is now. If it is kept already, that state. @throws StorageError */
  async keep(cause: StateCause): Promise<Result<DatedState, KeepRefusal>> {
    const taken = this.#take(cause);
    return taken === undefined ? err("empty") : taken;
  }

  /** Gives a kept state a name, or takes it away. @throws StorageError */
  label(id: StateId, version: VersionLabel | undefined): Promise<Result<DatedState, "unknown-state" | KeepRefusal>> {
    return this.#enqueue(async () => {
      const { room, store, limits } = this.#options;
      const { states } = await store.load(room);
      const state = states.find((one) => one.id === id);
      if (state === undefined) return err("unknown-state");
      const isNew = version !== undefined && state.version === undefined;
      const refusal = isNew ? versionRefusal(states, state.size, limits) : undefined;
      if (refusal !== undefined) return err(refusal);
      const labelled = { ...state, version };
      await store.change(room, { put: [labelled] });
      return ok(labelled);
    });
  }

  /** Keeps what no state has yet. Never rejects: a failure is told in the log. */
  async flush(cause: StateCause = "closed"): Promise<void> {
    if (this.#unkept !== undefined) this.#keepSoon(cause);
    await this.settled();
  }

  /** Resolves when everything that was to be kept until now has been, or could not be. */
  async settled(): Promise<void> {
    await this.#queue;
  }

  /** The document is closed here. What was not flushed before stays unkept until it is opened again. */
  stop(): void {
    this.#unwatch();
    this.#cancelAlarm?.();
    this.#doc = undefined;
  }

  #changed(change: ObservedChange): void {
    const { clock } = this.#options;
    if (change.deleted >= GREAT_DELETION) this.#keepBefore();
    this.#since.note(change, clock.now(), this.#authorsOf);
    const now = clock.monotonic();
    this.#unkept = { first: this.#unkept?.first ?? now, last: now };
    if (this.#since.size > this.#options.limits.unkept) this.#keepSoon("interval");
    else if (this.#cancelAlarm === undefined) this.#setAlarm();
  }

  /** One alarm, looked at again when it rings: typing must not set a timer for each key. */
  #setAlarm(): void {
    if (this.#unkept === undefined) return;
    const { clock } = this.#options;
    const { at } = captureDue(this.#unkept);
    this.#cancelAlarm = clock.after(ms(at - clock.monotonic()), () => {
      this.#cancelAlarm = undefined;
      const due = this.#unkept && captureDue(this.#unkept);
      if (due === undefined) return;
      if (due.at > clock.monotonic()) this.#setAlarm();
      else this.#keepSoon(due.cause);
    });
  }

  #keepSoon(cause: StateCause): void {
    if (this.#doc !== undefined && this.#options.keptElsewhere?.() === true && isLarge(this.#doc)) {
      this.#unkept = undefined;
      this.#since = new ChangesSince(Promise.resolve(undefined));
      return;
    }
    this.#take(cause)?.catch((error: unknown) => this.#tellTrouble("a state was not kept", error));
  }

  /** Takes the document as it is at this instant and queues it to be stored; undefined if it is empty. */
  #take(cause: StateCause): Promise<Result<DatedState, KeepRefusal>> | undefined {
    const moment = this.#doc && momentOf(this.#doc);
    const { times, deleters } = this.#since;
    this.#unkept = undefined;
    this.#cancelAlarm?.();
    this.#cancelAlarm = undefined;
    if (moment === undefined) {
      this.#since = new ChangesSince(Promise.resolve("empty"));
      return undefined;
    }
    const kept = this.#enqueue(() => this.#add({ moment, cause, times, deleters }));
    const base = kept.then(
      (result) => (result.ok ? result.value : undefined),
      () => undefined,
    );
    this.#since = new ChangesSince(base);
    // What the store refused is told with the next state, as far as it was seen.
    kept.catch(() => this.#giveBack(times, deleters));
    return kept;
  }

  #giveBack(times: ReadonlyMap<number, Times>, deleters: ReadonlySet<number>): void {
    this.#since.giveBack(times, deleters);
    // So that it is tried again, also when nobody types any more.
    const now = this.#options.clock.monotonic();
    if (this.#doc === undefined) return;
    this.#unkept ??= { first: now, last: now };
    if (this.#cancelAlarm === undefined) this.#setAlarm();
  }

  /** Called in the change that deletes: what was there before is the last state and the changes since. */
  #keepBefore(): void {
    const before = this.#since;
    const now = this.#options.clock.monotonic();
    // Nothing has changed since the last state: it is the state before.
    if (before.updates.length === 0 || now < this.#nextDeletion) return;
    this.#nextDeletion = ms(now + DELETION_PAUSE);
    const kept = this.#enqueue(async () => {
      const moment = await this.#rebuild(before);
      if (moment === undefined) return undefined;
      const { times, deleters } = before;
      const result = await this.#add({ moment, cause: "before-deletion", times, deleters });
      return result.ok ? result.value : undefined;
    });
    const base = kept.catch((error: unknown) => {
      this.#tellTrouble("the state before a deletion was not kept", error);
      this.#giveBack(before.times, before.deleters);
      return undefined;
    });
    this.#since = new ChangesSince(base);
  }

  async #rebuild({ base, updates }: ChangesSince): Promise<Moment | undefined> {
    const state = await base;
    if (state === undefined) return undefined;
    const { deflater, room, store } = this.#options;
    const stored = state === "empty" ? undefined : await store.read(room, state.id);
    const content = stored && (await deflater.inflate(stored, STATE_LIMIT));
    const doc = state === "empty" ? new Y.Doc() : content && openState(content, state.hash);
    if (doc === undefined) return undefined;
    for (const update of updates) Y.applyUpdate(doc, update);
    const moment = momentOf(doc);
    doc.destroy();
    return moment;
  }

  async #add({ moment, cause, times, deleters }: Addition): Promise<Result<DatedState, KeepRefusal>> {
    const { room, store, deflater, limits, clock } = this.#options;
    const history = await store.load(room);
    const newest = history.states.at(-1);
    if (newest?.digest === moment.digest) return ok(newest);
    const content = moment.state.length > STATE_LIMIT ? undefined : await deflater.deflate(moment.state);
    if (content === undefined || content.length > limits.bytes / 2) return err("too-large");
    const hash = await hashAside(moment.state);
    const at = clock.now();
    const planned = planAddition(history, {
      state: {
        id: StateId.create(),
        order: (newest?.order ?? 0) + 1,
        at,
        cause,
        digest: moment.digest,
        hash,
        size: bytes(content.length),
        deleters: [...deleters],
        version: undefined,
      },
      clocks: moment.clocks,
      times,
      unseen: { first: newest?.at ?? unixMs(0), last: at },
      claims: this.#claims.known,
      limits,
    });
    await store.change(room, { ...planned.change, content: { state: planned.state.id, bytes: content } });
    return ok(planned.state);
  }

  async #storePeople(news: readonly Person[]): Promise<void> {
    const { room, store } = this.#options;
    const { people, states } = await store.load(room);
    const written = new Set(states.flatMap(({ contributions }) => contributions.map(({ client }) => client)));
    const known = new Map(people.map((person) => [person.client, person]));
    const put = news
      .filter((person) => written.has(person.client))
      .flatMap((person) => {
        const believed = believe(known.get(person.client), person);
        return believed === undefined ? [] : [believed];
      });
    if (put.length > 0) await store.change(room, { people: put });
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  #enqueueQuietly(trouble: string, work: () => Promise<void>): void {
    this.#enqueue(work).catch((error: unknown) => this.#tellTrouble(trouble, error));
  }

  #tellTrouble(message: string, error: unknown): void {
    const { logger, room } = this.#options;
    // A store that is closed is one that is closing with us.
    if (error instanceof StorageError && error.code === "storage-closed") logger.debug(message, { room, error });
    else logger.warn(message, { room, error });
  }
}

function isLarge(doc: Y.Doc): boolean {
  let written = 0;
  for (const client of doc.store.clients.keys()) written += Y.getState(doc.store, client);
  return written > LARGE;
}

// Loaded when an open notebook is quiet. Keeps the history of this device, reads the one of the class host, and finds what
// others did while this device did not have the notebook open.

import type * as Y from "yjs";
import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { messageOf, StorageError } from "../../base/errors.ts";
import type { CellId, PeerId, RoomId } from "../../base/ids.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { Value, type Readable } from "../../base/value.ts";
import { cellChanges, type CellsMoment } from "../../history/cellChanges.ts";
import { openState, STATE_LIMIT } from "../../history/encodedState.ts";
import { HistoryKeeper, type KeepRefusal } from "../../history/HistoryKeeper.ts";
import { cleanVersionName } from "../../history/parseHistory.ts";
import { peopleByClient, peopleShown } from "../../history/people.ts";
import { DEVICE_LIMITS } from "../../history/thinOut.ts";
import type { CellHistory } from "../../notebook/CellHistory.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Deflater } from "../../ports/Deflater.ts";
import type { DatedState, HistoryStore, Person, StoredHistory } from "../../ports/HistoryStore.ts";
import type { HostHistory, HostHistoryRefusal } from "../../ports/HostHistory.ts";
import type { Logger } from "../../ports/Logger.ts";
import { WROTE_LIMIT } from "../../presence/presence.ts";
import type { PeerView } from "../views.ts";
import type { Away, HistoryPlace, HistoryTrouble, Timeline } from "./timeline.ts";

export interface NotebookTimelineOptions {
  readonly room: RoomId;
  readonly doc: Y.Doc;
  readonly history: CellHistory;
  readonly store: HistoryStore;
  readonly deflater: Deflater;
  /** The class host's history; undefined while the notebook lives on this device only. */
  readonly host: () => HostHistory | undefined;
  /** Resolves true once the host has everything as it is now, false if that does not come soon. */
  readonly heldByHost: () => Promise<boolean>;
  readonly peer: PeerId;
  readonly name: () => string;
  readonly replicas: Readable<readonly PeerView[]>;
  /** Shows others under which clients this device wrote before. */
  readonly showWrote: (clients: readonly number[]) => void;
  /** What this device had of the notebook when it was opened; undefined if nothing. */
  readonly before: CellsMoment | undefined;
  /** Resolves when what others did meanwhile has arrived, or cannot. */
  readonly settled: Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NotebookTimeline implements Timeline {
  readonly #options: NotebookTimelineOptions;
  readonly #keeper: HistoryKeeper;
  readonly #away = new Value<Away | undefined>(undefined);
  readonly #disposes: readonly Dispose[];
  #ended = false;

  constructor(options: NotebookTimelineOptions) {
    const { doc, replicas } = options;
    this.#options = options;
    this.#keeper = new HistoryKeeper({
      ...options,
      limits: DEVICE_LIMITS,
      keptElsewhere: () => options.host() !== undefined,
    });
    this.#keeper.watch(doc);
    this.#notePeople();
    this.#disposes = [replicas.subscribe(() => this.#notePeople())];
    void this.#lookBack();
  }

  get places(): readonly HistoryPlace[] {
    return this.#options.host() === undefined ? ["device"] : ["host", "device"];
  }

  get away(): Readable<Away | undefined> {
    return this.#away;
  }

  dismissAway(): void {
    this.#away.set(undefined);
  }

  async load(place: HistoryPlace): Promise<Result<StoredHistory, HistoryTrouble>> {
    const { host, room, store } = this.#options;
    if (place === "host") return (await host()?.load()) ?? err("away");
    await this.#keeper.flush("interval");
    return this.#local(() => store.load(room).then(ok));
  }

  async open(place: HistoryPlace, { id, hash }: DatedState): Promise<Result<Y.Doc, HistoryTrouble>> {
    const { host, room, store, deflater } = this.#options;
    const stored =
      place === "host"
        ? ((await host()?.read(id)) ?? err("away"))
        : await this.#local(async (): Promise<Result<Uint8Array, "unknown-state">> => {
            const bytes = await store.read(room, id);
            return bytes === undefined ? err("unknown-state") : ok(bytes);
          });
    if (!stored.ok) return err(troubleOf(stored.error));
    const content = await deflater.inflate(stored.value, STATE_LIMIT);
    const doc = content && openState(content, hash);
    return doc === undefined ? err("damaged") : ok(doc);
  }

  async name(
    place: HistoryPlace,
    state: DatedState | undefined,
    name: string,
  ): Promise<Result<DatedState, HistoryTrouble>> {
    const { host, heldByHost, name: by } = this.#options;
    if (place === "device") return this.#nameHere(state, name);
    // The host names what it has: that must be what the user sees.
    if (state === undefined && !(await heldByHost())) return err("not-held");
    const named = (await host()?.name(state?.id, name, by())) ?? err("away");
    return named.ok ? named : err(troubleOf(named.error));
  }

  async restore(past: Y.Doc, cells?: readonly CellId[]): Promise<Result<readonly CellId[], HistoryTrouble>> {
    const kept = await this.#keepPresent();
    return kept.ok ? ok(this.#options.history.restore(past, cells)) : kept;
  }

  /** The page goes away; there may be no time for more. */
  unload(): void {
    void this.#end();
  }

  /** Resolves when the history of this device is kept. */
  async close(): Promise<void> {
    await this.#end();
    this.#keeper.stop();
  }

  async #end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    disposeAll(this.#disposes);
    const { room, store, clock } = this.#options;
    const flushed = this.#keeper.flush();
    await store.change(room, { visited: clock.now() }).catch(() => undefined);
    await flushed;
  }

  /** On this device, where it works offline; else at the host. */
  async #keepPresent(): Promise<Result<undefined, HistoryTrouble>> {
    const here = await this.#local(() => this.#keeper.keep("before-restore"));
    if (here.ok) return ok(undefined);
    const host = this.#options.host();
    if (host === undefined || !(await this.#options.heldByHost())) return err(troubleOf(here.error));
    const there = await host.keep();
    return there.ok ? ok(undefined) : err(troubleOf(there.error));
  }

  async #nameHere(state: DatedState | undefined, name: string): Promise<Result<DatedState, HistoryTrouble>> {
    const clean = cleanVersionName(name);
    if (clean === undefined && state === undefined) return err("bad-name");
    const { clock, name: by } = this.#options;
    const named = await this.#local(async () => {
      const kept = state === undefined ? await this.#keeper.keep("version") : ok(state);
      if (!kept.ok) return kept;
      const version = clean === undefined ? undefined : { name: clean, by: by(), at: clock.now() };
      return this.#keeper.label(kept.value.id, version);
    });
    return named.ok ? named : err(troubleOf(named.error));
  }

  /** Runs work on this device's store. What it may throw is trouble with storage. */
  async #local<T, E>(work: () => Promise<Result<T, E>>): Promise<Result<T, E | "storage">> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      return err("storage");
    }
  }

  #notePeople(): void {
    const { doc, peer, name, replicas } = this.#options;
    const others = replicas.get().flatMap(shownBy);
    this.#keeper.note([{ client: doc.clientID, peer, name: name(), verified: true }, ...others]);
  }

  /** Never rejects: that nothing can be said of the past must not be in anybody's way. */
  async #lookBack(): Promise<void> {
    const { room, store, settled, before, doc, peer, showWrote, logger } = this.#options;
    try {
      const { people, visited, states } = await store.load(room);
      const mine = people.filter((person) => person.peer === peer).map(({ client }) => client);
      showWrote(mine.slice(-WROTE_LIMIT));
      await settled;
      if (before === undefined || this.#ended) return;
      const known = await this.#everybody(people);
      const changes = cellChanges(before, doc).filter(({ clients }) => {
        const others = clients.filter((client) => client !== doc.clientID && known.get(client)?.peer !== peer);
        // Text that only went names nobody; somebody else it was, unless we have written here since.
        return others.length > 0 || clients.length === 0;
      });
      if (changes.length > 0) this.#away.set({ since: visited ?? states.at(-1)?.at, changes, people: known });
    } catch (error) {
      logger.info("what happened meanwhile cannot be told", { error: messageOf(error) });
    }
  }

  async #everybody(here: readonly Person[]): Promise<ReadonlyMap<number, Person>> {
    const { host, replicas } = this.#options;
    const there = await host()?.load();
    const shown = replicas.get().flatMap(shownBy);
    return peopleByClient([...(there?.ok === true ? there.value.people : []), ...shown, ...here]);
  }
}

const shownBy = ({ clientId, presence, identity }: PeerView): readonly Person[] =>
  peopleShown(clientId, presence, identity === "proven");

function troubleOf(refusal: HostHistoryRefusal | KeepRefusal | "storage"): HistoryTrouble {
  return refusal === "unknown-state" ? "gone" : refusal;
}

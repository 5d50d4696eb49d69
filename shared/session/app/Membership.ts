import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import type { RoomId } from "../../base/ids.ts";
import { readString } from "../../base/parse.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import { Value } from "../../base/value.ts";
import {
  removeFromDirectory,
  observeDirectory,
  putInDirectory,
  readDirectory,
  type DirectoryEntry,
} from "../../rooms/classDirectory.ts";
import { isOfAnotherClass } from "../../rooms/classMark.ts";
import type { RoomLink } from "../../rooms/roomLink.ts";
import { DocSync } from "../DocSync.ts";
import type { JobJournal } from "../outbox/RunOutbox.ts";
import type { ClassView, PeerView } from "../views.ts";
import type { ClassJobs } from "./ClassJobs.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";

/** Setting of this device: what the class was last called, for when its host is away. */
const CLASS_NAME = "class-name";
const NAME_LIMIT = 100;
/** The broker is said to be away after this long: connecting, and again after a hiccup, takes less. */
const BROKER_AWAY_AFTER: Milliseconds = seconds(3);

export type Directory = ReadonlyMap<RoomId, DirectoryEntry>;

/** One class from joining to leaving: its directory of notebooks, its name, its agents. */
export class Membership {
  readonly link: RoomLink;
  readonly directory = new Value<Directory>(new Map());
  readonly jobs = new Value<ClassJobs | undefined>(undefined);
  /** They were connected once, or are not for long, or will not be. */
  readonly #jobsKnown = new Value(false);
  readonly #brokerAway = new Value(false);
  readonly #ports: MeshbookPorts;
  readonly #doc = new Y.Doc();
  readonly #awareness = new Awareness(this.#doc);
  readonly #sync: DocSync;
  readonly #name: Value<string>;
  /** What answers at the class's address is the host of another class. */
  readonly #isOther = new Value(false);
  readonly #address = new Value<string | undefined>(undefined);
  readonly #disposes: Dispose[] = [];
  #hostAsked = false;
  #closed = false;

  /** `person`: how this person is shown to agents. `journal`: told of what they are asked for. */
  constructor(ports: MeshbookPorts, link: RoomLink, person: string, journal?: JobJournal) {
    this.#ports = ports;
    this.link = link;
    this.#name = new Value(readString(ports.settings.get(CLASS_NAME), NAME_LIMIT) ?? new URL(link.base).host);
    this.#awareness.setLocalState(null);
    this.#sync = new DocSync({
      document: { doc: this.#doc, awareness: this.#awareness },
      device: ports.signer.peer,
      storage: ports.disk(link.id),
      networks: [ports.hub(link, link.base)],
      board: { replicas: new Value<readonly PeerView[]>([]), publishDigest: () => undefined },
      clock: ports.clock,
      logger: ports.logger,
    });
    this.#disposes.push(
      observeDirectory(this.#doc, () => this.directory.set(readDirectory(this.#doc))),
      this.#sync.view.subscribe(() => this.#askHost()),
    );
    void this.#openJobs(person, journal);
  }

  /** Resolves when the directory has been read from this device and from the host, if that answers. */
  get read(): Promise<void> {
    return this.#sync.settled;
  }

  /** Under which others reach the host; undefined until the host has said. */
  get address(): string | undefined {
    return this.#address.get();
  }

  put(entry: DirectoryEntry): void {
    putInDirectory(this.#doc, entry);
  }

  remove(room: RoomId): void {
    if (this.directory.get().has(room)) removeFromDirectory(this.#doc, room);
  }

  view(): ClassView {
    const jobs = this.jobs.get();
    return {
      ...{ base: this.link.base, name: this.#name.get(), connected: this.#connected, agents: jobs?.agents.get() ?? [] },
      ...(this.#isOther.get() && { isOther: true as const }),
      ...(!this.#jobsKnown.get() && this.#connected && { looking: true as const }),
      ...(this.#brokerAway.get() && this.#connected && { brokerAway: true as const }),
    };
  }

  /** Calls `listener` whenever `view` or `directory` may have changed, until this is closed. */
  onChange(listener: () => void): void {
    let stopAgents: Dispose = () => undefined;
    const watchAgents = (): void => {
      stopAgents();
      stopAgents = this.jobs.get()?.agents.subscribe(listener) ?? (() => undefined);
    };
    watchAgents();
    this.#disposes.push(
      ...[this.directory, this.jobs, this.#jobsKnown, this.#brokerAway, this.#sync.view, this.#name].map((changing) =>
        changing.subscribe(listener),
      ),
      ...[this.#address, this.#isOther].map((changing) => changing.subscribe(listener)),
      this.jobs.subscribe(watchAgents),
      () => stopAgents(),
    );
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    disposeAll(this.#disposes);
    await Promise.all([this.jobs.get()?.close(), this.#sync.close()]);
    this.#awareness.destroy();
    this.#doc.destroy();
  }

  get #connected(): boolean {
    return this.#sync.view.get().sources.some(({ kind, status }) => kind === "hub" && status.state === "connected");
  }

  /** With each new connection: the host may have been started anew, with another class. */
  #askHost(): void {
    if (!this.#connected) this.#hostAsked = false;
    if (!this.#connected || this.#hostAsked) return;
    this.#hostAsked = true;
    void this.#ports.hostInfo(this.link.base).then((info) => {
      if (info === undefined) this.#hostAsked = false;
      if (info === undefined || this.#closed) return;
      this.#isOther.set(isOfAnotherClass(this.link, info.classMark));
      this.#address.set(info.address);
      if (this.#isOther.get()) return;
      this.#name.set(info.name.slice(0, NAME_LIMIT));
      this.#ports.settings.set(CLASS_NAME, this.#name.get());
    });
  }

  #watchBroker({ requester: { online } }: ClassJobs): void {
    let stopAlarm: Dispose = () => undefined;
    const tell = (away: boolean): void => {
      this.#brokerAway.set(away);
      this.#jobsKnown.set(true);
    };
    const look = (): void => {
      stopAlarm();
      if (online.get()) tell(false);
      else stopAlarm = this.#ports.clock.after(BROKER_AWAY_AFTER, () => tell(true));
    };
    this.#disposes.push(online.subscribe(look), () => stopAlarm());
    look();
  }

  /** Loaded apart: a page that only reads and writes should not wait for the code of jobs. */
  async #openJobs(person: string, journal: JobJournal | undefined): Promise<void> {
    try {
      await this.#ports.idle();
      const { ClassJobs } = await import("./ClassJobs.ts");
      const jobs = await ClassJobs.open(this.#ports, this.link, person, journal);
      if (this.#closed) {
        await jobs.close();
        return;
      }
      this.jobs.set(jobs);
      this.#watchBroker(jobs);
    } catch (error) {
      this.#ports.logger.error("the jobs of the class could not be opened", { error: messageOf(error) });
      this.#jobsKnown.set(true);
    }
  }
}

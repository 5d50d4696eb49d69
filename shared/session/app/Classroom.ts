// Which class this device has joined. It is remembered, so that the class is there again, from storage, also when its
// host is not.

import { readString } from "../../base/parse.ts";
import type { RoomId } from "../../base/ids.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { DirectoryEntry } from "../../rooms/classDirectory.ts";
import { formatRoomLink, parseRoomLink, type RoomLink } from "../../rooms/roomLink.ts";
import type { JobJournal } from "../outbox/RunOutbox.ts";
import type { ClassView } from "../views.ts";
import type { ClassJobs } from "./ClassJobs.ts";
import { Membership, type Directory } from "./Membership.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";

/** Setting of this device: the invitation that was followed. */
const JOINED = "class";
const LINK_LIMIT = 1_000;
const NOTHING: Directory = new Map();

export class Classroom {
  readonly #ports: MeshbookPorts;
  readonly #name: Readable<string>;
  readonly #view = new Value<ClassView | undefined>(undefined);
  readonly #directory = new Value<Directory>(NOTHING);
  readonly #jobs = new Value<ClassJobs | undefined>(undefined);
  readonly #journal: JobJournal | undefined;
  #membership: Membership | undefined;

  /** `name`: how this person is shown to the class. `journal`: told of what its computers are asked for. */
  constructor(ports: MeshbookPorts, name: Readable<string>, journal?: JobJournal) {
    this.#journal = journal;
    this.#ports = ports;
    this.#name = name;
    const joined = parseRoomLink(readString(ports.settings.get(JOINED), LINK_LIMIT) ?? "");
    if (joined.ok) this.#enter(joined.value);
  }

  get view(): Readable<ClassView | undefined> {
    return this.#view;
  }

  get directory(): Readable<Directory> {
    return this.#directory;
  }

  get link(): RoomLink | undefined {
    return this.#membership?.link;
  }

  /** The class's link with an address that works on other computers, if it is known. */
  get invitation(): RoomLink | undefined {
    const link = this.link;
    return link && { ...link, base: this.#membership?.address ?? link.base };
  }

  /** Undefined outside a class, and until the code of jobs is loaded. */
  get jobs(): Readable<ClassJobs | undefined> {
    return this.#jobs;
  }

  /** Joins a class, leaving the one joined before. Joining again where one is already changes nothing. */
  join(link: RoomLink): void {
    const joined = this.link;
    if (joined !== undefined && formatRoomLink(joined) === formatRoomLink(link)) return;
    this.#ports.settings.set(JOINED, formatRoomLink(link));
    this.#enter(link);
  }

  leave(): void {
    this.#ports.settings.set(JOINED, undefined);
    void this.close();
  }

  /** Lists a notebook for everybody in the class, or tells its new title. */
  put(entry: DirectoryEntry): void {
    this.#membership?.put(entry);
  }

  /** Takes a notebook off the list of the class. */
  remove(room: RoomId): void {
    this.#membership?.remove(room);
  }

  /** Resolves when the directory has been read from this device and from the host, if that answers. */
  async directoryRead(): Promise<void> {
    await this.#membership?.read;
  }

  /** For a page that is being unloaded. */
  unload(): void {
    this.#jobs.get()?.leave();
  }

  async close(): Promise<void> {
    const membership = this.#membership;
    this.#membership = undefined;
    this.#view.set(undefined);
    this.#directory.set(NOTHING);
    this.#jobs.set(undefined);
    await membership?.close();
  }

  #enter(link: RoomLink): void {
    void this.close();
    const membership = new Membership(this.#ports, link, this.#name.get(), this.#journal);
    this.#membership = membership;
    const show = (): void => {
      this.#view.set(membership.view());
      this.#directory.set(membership.directory.get());
      this.#jobs.set(membership.jobs.get());
    };
    membership.onChange(show);
    show();
  }
}

import { BadInputError } from "../../base/errors.ts";
import type { PeerId, RoomId } from "../../base/ids.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { ChosenFile, Host } from "../../ports/Host.ts";
import type { LendingPorts } from "../../ports/LendingPorts.ts";
import type { LibraryEntry } from "../../ports/LibraryStore.ts";
import type { Settings } from "../../ports/Settings.ts";
import { foundingOf, isFounder } from "../../rooms/founding.ts";
import { formatRoomLink, parseRoomLink, type RoomLink } from "../../rooms/roomLink.ts";
import { startSealedClass } from "../../rooms/sealedClass.ts";
import type { ExportedMeshbookFile, ExportFormat, ImportedNotebook, Meshbook } from "../Meshbook.ts";
import { RunOutbox } from "../outbox/RunOutbox.ts";
import type { ClassPerson } from "../lending/classPeople.ts";
import { Lending } from "../lending/Lending.ts";
import type { NotebookSession } from "../NotebookSession.ts";
import type { ClassView, LibraryView } from "../views.ts";
import { Classroom } from "./Classroom.ts";
import { libraryView } from "./libraryView.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";
import { Notebooks, type NotebookPlace } from "./Notebooks.ts";
import { OwnName } from "./OwnName.ts";
import { Shelf } from "./Shelf.ts";

/** A running application, and how it ends. */
export interface RunningMeshbook extends Meshbook {
  /** Resolves when everything open has been stored on this device; false if something could not be. */
  save(): Promise<boolean>;
  /** Says goodbye to everybody at once: the page is being unloaded. What is not stored yet is flushed by storage itself. */
  unload(): void;
  /** Flushes and closes everything. */
  close(): Promise<void>;
}

export function startMeshbook(ports: MeshbookPorts): RunningMeshbook {
  return new MeshbookApp(ports);
}

class MeshbookApp implements RunningMeshbook {
  readonly #ports: MeshbookPorts;
  readonly #name: OwnName;
  readonly #shelf: Shelf;
  readonly #classroom: Classroom;
  readonly #outbox: RunOutbox;
  readonly #notebooks: Notebooks;
  readonly #library: Value<LibraryView>;
  readonly lending: Lending | undefined;
  readonly #startsClasses = new Value(false);

  constructor(ports: MeshbookPorts) {
    this.#ports = ports;
    this.#name = new OwnName(ports.settings, ports.signer.peer);
    this.#shelf = new Shelf(ports.library, ports.clock);
    this.#outbox = new RunOutbox({ store: ports.jobs.asked, clock: ports.clock, logger: ports.logger });
    this.#classroom = new Classroom(ports, this.#name.value, this.#outbox);
    const parts = { shelf: this.#shelf, classroom: this.#classroom, outbox: this.#outbox, name: this.#name };
    this.#notebooks = new Notebooks({ ports, ...parts });
    this.lending = ports.lending && this.#createLending(ports.lending);
    this.#library = new Value(this.#readLibrary());
    void this.#askHost();
    for (const part of [this.#shelf.view, this.#classroom.directory]) {
      part.subscribe(() => this.#library.set(this.#readLibrary()));
    }
  }

  get peer(): PeerId {
    return this.#ports.signer.peer;
  }

  get name(): Readable<string> {
    return this.#name.value;
  }

  get settings(): Settings {
    return this.#ports.settings;
  }

  get host(): Host {
    return this.#ports.host;
  }

  get library(): Readable<LibraryView> {
    return this.#library;
  }

  get classroom(): Readable<ClassView | undefined> {
    return this.#classroom.view;
  }

  #createLending(given: LendingPorts): Lending {
    const room = (): RoomLink | undefined => this.#classroom.link;
    const people = (): readonly ClassPerson[] => this.#classroom.jobs.get()?.people() ?? [];
    const lending = new Lending(this.#ports, given, { room, people, name: () => this.#name.value.get() });
    let lentTo = room();
    // What is lent to one class is not lent to another.
    this.#classroom.view.subscribe(() => {
      if (room() !== lentTo) void lending.end();
      lentTo = room();
    });
    return lending;
  }

  setName(name: string): void {
    this.#name.set(name);
  }

  createNotebook(title: string, place: NotebookPlace): Promise<RoomId> {
    return this.#notebooks.create(title, place);
  }

  importFile(file: ChosenFile, place: NotebookPlace): Promise<Result<ImportedNotebook, BadInputError>> {
    return this.#notebooks.import(file, place);
  }

  renameNotebook(room: RoomId, title: string): Promise<void> {
    return this.#notebooks.rename(room, title);
  }

  removeNotebook(room: RoomId): Promise<void> {
    return this.#notebooks.remove(room);
  }

  putBackNotebook(room: RoomId): Promise<void> {
    return this.#notebooks.putBack(room);
  }

  exportNotebook(room: RoomId, format: ExportFormat): Promise<ChosenFile> {
    return this.#notebooks.export(room, format);
  }

  exportMeshbookFile(room: RoomId, withKey: boolean): Promise<ExportedMeshbookFile> {
    return this.#notebooks.exportMeshbookFile(room, withKey);
  }

  openNotebook(room: RoomId): Promise<Result<NotebookSession, "unknown-notebook">> {
    return this.#notebooks.open(room);
  }

  async followLink(text: string): Promise<Result<RoomId | undefined, BadInputError>> {
    const parsed = parseRoomLink(text);
    if (!parsed.ok) return err(parsed.error);
    const link = parsed.value;
    if (this.#ports.pageBase !== undefined && link.base !== this.#ports.pageBase) {
      this.#ports.visit(formatRoomLink(link));
      return ok(undefined);
    }
    if (link.kind === "class") this.#classroom.join(link);
    else await this.#takeIn(link);
    return ok(link.kind === "notebook" ? link.id : undefined);
  }

  leaveClass(): void {
    this.#classroom.leave();
    void this.#askHost();
  }

  get startsClasses(): Readable<boolean> {
    return this.#startsClasses;
  }

  startClass(): void {
    const base = this.#ports.pageBase;
    if (base === undefined || !this.#startsClasses.get()) return;
    this.#classroom.join({ kind: "class", base, ...startSealedClass() });
  }

  async shareNotebook(room: RoomId): Promise<string> {
    const base = this.#ports.pageBase ?? this.#classroom.link?.base;
    if (base === undefined) {
      throw new BadInputError("Sharing needs a class host. Join a class first: its host passes edits on.");
    }
    const shared = await this.#notebooks.share(room, base);
    if (shared === undefined) throw new BadInputError("This notebook is not in your library any more.");
    const link = { kind: "notebook", id: room, secret: shared.secret, base: shared.host ?? base } as const;
    return formatRoomLink({ ...link, base: await this.#addressForOthers(link.base) });
  }

  changeKey(room: RoomId): Promise<RoomId> {
    return this.#notebooks.changeKey(room);
  }

  classLink(): string | undefined {
    const { invitation } = this.#classroom;
    return invitation && formatRoomLink(invitation);
  }

  save(): Promise<boolean> {
    return this.#notebooks.save();
  }

  unload(): void {
    // First: leaving the class ends our side of what agents execute, which is not how it ended.
    this.#notebooks.unload();
    this.lending?.unload();
    this.#classroom.unload();
    this.#outbox.unload();
  }

  async close(): Promise<void> {
    await Promise.all([this.#notebooks.close(), this.lending?.end(), this.#classroom.close()]);
  }

  /** Whoever is in a class need not know. */
  async #askHost(): Promise<void> {
    const { pageBase } = this.#ports;
    if (pageBase === undefined || this.#classroom.link !== undefined) return;
    await this.#ports.idle();
    const info = await this.#ports.hostInfo(pageBase);
    this.#startsClasses.set(info?.blind === true);
  }

  async #takeIn({ id, secret, base }: RoomLink): Promise<void> {
    await this.#shelf.loaded;
    const now = this.#ports.clock.now();
    const shelved = this.#shelf.get(id);
    const known = shelved ?? { title: "", created: now };
    await this.#shelf.put({
      ...known,
      room: id,
      secret: shelved !== undefined && this.#made(shelved) ? shelved.secret : secret,
      host: base,
      opened: now,
      removed: undefined,
      keyless: undefined,
    });
  }

  /** Then its key is right, whatever a link says that came back copied wrongly. */
  #made({ room, secret }: LibraryEntry): boolean {
    return isFounder(room, foundingOf(secret), this.#ports.signer.publicKey);
  }

  /** Our own page may be on a loopback address, which means another computer on every computer. */
  async #addressForOthers(base: string): Promise<string> {
    const info = await this.#ports.hostInfo(base);
    return info?.address ?? base;
  }

  #readLibrary(): LibraryView {
    return libraryView(this.#shelf.view.get(), this.#classroom.directory.get());
  }
}

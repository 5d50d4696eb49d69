// What can be done with whole notebooks: make, open, import, rename, remove, export. Each works on the one open document
// of the room, so that nothing is written beside an editor that has it open.

import * as Y from "yjs";
import { BadInputError } from "../../base/errors.ts";
import type { RoomId } from "../../base/ids.ts";
import { err, ok, type Result } from "../../base/result.ts";
import { isMeshbookFile } from "../../exchange/fileParts.ts";
import { createNotebook, seedUpdate } from "../../notebook/createNotebook.ts";
import { setTitle } from "../../notebook/editCells.ts";
import { readRuns } from "../../notebook/editRuns.ts";
import { CREATION } from "../../notebook/origins.ts";
import { readTitle, TITLE_LIMIT } from "../../notebook/readNotebook.ts";
import { documentState, META, notebookRoots } from "../../notebook/schema.ts";
import { BLOB_LIMIT } from "../../ports/BlobStore.ts";
import type { ChosenFile } from "../../ports/Host.ts";
import type { LibraryEntry } from "../../ports/LibraryStore.ts";
import { mayEdit } from "../../rooms/access/role.ts";
import { foundRoom } from "../../rooms/founding.ts";
import { isSealedClass } from "../../rooms/sealedClass.ts";
import type { ExportedMeshbookFile, ExportFormat, ImportedNotebook } from "../Meshbook.ts";
import type { RunOutbox } from "../outbox/RunOutbox.ts";
import type { Classroom } from "./Classroom.ts";
import type { MeshbookPorts } from "./MeshbookPorts.ts";
import { MovedNotebooks } from "./MovedNotebooks.ts";
import { OpenNotebook } from "./OpenNotebook.ts";
import type { PeerView } from "../views.ts";
import { OpenNotebooks } from "./OpenNotebooks.ts";
import type { OwnName } from "./OwnName.ts";
import type { Shelf } from "./Shelf.ts";
import { whenCleared } from "./whenCleared.ts";

export type NotebookPlace = "device" | "class";

const READ_ONLY = "You may read this notebook, not change it: give the file to somebody who may.";
const GONE = "This notebook is not in your library any more.";
const LANGUAGE = "javascript";

export interface NotebooksOptions {
  readonly ports: MeshbookPorts;
  readonly shelf: Shelf;
  readonly classroom: Classroom;
  /** What is asked of other computers, until its end is stored. */
  readonly outbox: RunOutbox;
  readonly name: OwnName;
}

export class Notebooks {
  readonly #ports: MeshbookPorts;
  readonly #shelf: Shelf;
  readonly #classroom: Classroom;
  readonly #name: OwnName;
  readonly #outbox: RunOutbox;
  readonly #open: OpenNotebooks;
  readonly #moved: MovedNotebooks;

  constructor({ ports, shelf, classroom, outbox, name }: NotebooksOptions) {
    this.#ports = ports;
    this.#outbox = outbox;
    this.#shelf = shelf;
    this.#classroom = classroom;
    this.#name = name;
    this.#open = new OpenNotebooks(ports.clock);
    this.#moved = new MovedNotebooks({
      ...{ ports, shelf, classroom },
      use: (entry) => this.#use(entry),
      baseOf: (entry) => this.#baseOf(entry),
    });
  }

  /** Opens a notebook of the shelf or of the class. Whoever gets it closes it. */
  async open(room: RoomId): Promise<Result<OpenNotebook, "unknown-notebook">> {
    const entry = await this.#find(room);
    if (entry === undefined) return err("unknown-notebook");
    // Opening does not wait for the shelf.
    void this.#shelf.put({ ...entry, opened: this.#ports.clock.now(), removed: undefined });
    // Whoever only opens what others made has something to lose, too.
    this.#ports.keepStorage();
    return ok(await this.#use(entry));
  }

  async create(title: string, place: NotebookPlace): Promise<RoomId> {
    const cells = [{ kind: "code", language: LANGUAGE, source: "" }] as const;
    return this.#make(title, place, ({ doc }) => createNotebook(doc, { title, language: LANGUAGE, cells }));
  }

  async import(file: ChosenFile, place: NotebookPlace): Promise<Result<ImportedNotebook, BadInputError>> {
    if (isMeshbookFile(file)) return this.#takeIn(file);
    // Most visits import nothing.
    const { importFile } = await import("../../formats/fileFormats.ts");
    const imported = importFile(file.name, file.content);
    if (!imported.ok) return imported;
    const { draft, blobs, warnings, seed } = imported.value;
    const tooLarge = blobs.filter(({ bytes }) => bytes.byteLength > BLOB_LIMIT).length;
    if (tooLarge > 0) return err(new BadInputError(`an output in it is larger than ${BLOB_LIMIT / 1024 / 1024} MiB`));
    const room = await this.#make(draft.title, place, async (notebook) => {
      for (const { bytes } of blobs) await notebook.blobs.put(bytes);
      Y.applyUpdate(notebook.doc, seedUpdate(seed, draft), CREATION);
    });
    return ok({ room, warnings });
  }

  async rename(room: RoomId, title: string): Promise<void> {
    await this.#with(room, async ({ doc, access }) => {
      if (!mayEdit(access.get().role)) throw new BadInputError("You may read this notebook, not change it.");
      if (documentState(doc) === "ready") setTitle(doc, title.slice(0, TITLE_LIMIT));
      await Promise.resolve();
    });
  }

  async remove(room: RoomId): Promise<void> {
    const entry = await this.#find(room);
    if (entry !== undefined) await this.#shelf.put({ ...entry, removed: this.#ports.clock.now() });
  }

  async putBack(room: RoomId): Promise<void> {
    await this.#shelf.change(room, { removed: undefined });
  }

  /** @throws BadInputError if the notebook is not on this device and nobody who has it can be reached */
  async export(room: RoomId, format: ExportFormat): Promise<ChosenFile> {
    const { exportFile, fileNameFor } = await import("../../formats/fileFormats.ts");
    return this.#with(room, async (notebook) => {
      if (documentState(notebook.doc) === "absent") {
        throw new BadInputError("This notebook has not arrived on this computer yet. Open it once while connected.");
      }
      const bodies = new Map<string, string>();
      for (const { outputs } of readRuns(notebook.doc).values()) {
        for (const { hash, inline } of outputs) {
          const body = inline ?? (await notebook.readOutputBody(hash));
          if (body !== undefined) bodies.set(hash, body);
        }
      }
      const { bytes } = exportFile(notebook.doc, format, ({ hash, inline }) => inline ?? bodies.get(hash));
      return { name: fileNameFor(readTitle(notebook.doc), format), content: bytes };
    });
  }

  /** @throws BadInputError as `export`, and for what is too large for a file */
  async exportMeshbookFile(room: RoomId, withKey: boolean): Promise<ExportedMeshbookFile> {
    const { packNotebook } = await import("./packNotebook.ts");
    const entry = await this.#find(room);
    const key = withKey && entry !== undefined ? { secret: entry.secret, host: this.#baseOf(entry) } : undefined;
    return this.#with(room, (notebook) => packNotebook(notebook, { made: this.#ports.clock.now(), key }));
  }

  /** Makes a notebook that lives on this device only reachable through the class host at `base`. */
  async share(room: RoomId, base: string): Promise<LibraryEntry | undefined> {
    const entry = await this.#find(room);
    if (entry === undefined) return undefined;
    const shared = { ...entry, host: this.#baseOf(entry) ?? base };
    if (entry.host === undefined) {
      await this.#shelf.put(shared);
      await this.#open.get(room)?.share(base);
    }
    return shared;
  }

  /** Gives an open notebook a new key; the room it has then. @throws BadInputError where that cannot be */
  async changeKey(room: RoomId): Promise<RoomId> {
    const entry = await this.#find(room);
    if (entry === undefined) throw new BadInputError(GONE);
    return this.#work(entry, (notebook) => this.#moved.changeKey(entry, notebook));
  }

  /** Resolves when what is open has been stored; false if something could not be. */
  save(): Promise<boolean> {
    return this.#open.save();
  }

  /** The page is being unloaded. */
  unload(): void {
    this.#open.unload();
  }

  close(): Promise<void> {
    return this.#open.close();
  }

  /** A file of a notebook that is here merges into it; one of another makes that one known here. */
  async #takeIn({ content }: ChosenFile): Promise<Result<ImportedNotebook, BadInputError>> {
    const { readMeshbookFile } = await import("../../exchange/readMeshbookFile.ts");
    const { entryForFile, unpackInto } = await import("./packNotebook.ts");
    const read = await readMeshbookFile(content);
    if (!read.ok) return read;
    const { manifest, doc } = read.value;
    const { room } = manifest;
    const known = await this.#find(room);
    const bases = [this.#ports.pageBase, this.#classroom.link?.base];
    const entry = entryForFile(manifest, { known, bases, now: this.#ports.clock.now() });
    try {
      const merged = await this.#work(entry, async (notebook) =>
        mayEdit(notebook.access.get().role) ? unpackInto(notebook, read.value) : undefined,
      );
      // The host would refuse it, and from then on nothing here would be held by anybody else.
      if (merged === undefined) return err(new BadInputError(READ_ONLY));
      // Merging may have brought a new title.
      await this.#shelf.put({ ...entry, title: this.#shelf.get(room)?.title ?? entry.title });
      // The key in the file opened the way to others.
      if (known?.host !== entry.host && entry.host !== undefined) {
        await this.#open.get(room)?.share(entry.host, entry.secret);
      }
      if (known !== undefined) return ok({ room, warnings: [], merged });
      this.#ports.keepStorage();
      return ok({ room, warnings: [] });
    } finally {
      doc.destroy();
    }
  }

  async #make(title: string, place: NotebookPlace, write: (notebook: OpenNotebook) => unknown): Promise<RoomId> {
    const now = this.#ports.clock.now();
    const host = place === "class" ? this.#classroom.link?.base : undefined;
    const { id, secret } = foundRoom(this.#ports.signer.publicKey);
    const ref = { room: id, secret };
    const entry: LibraryEntry = { ...ref, title, host, created: now, opened: now, removed: undefined };
    const notebook = await this.#use(entry);
    await write(notebook);
    await notebook.flush();
    await this.#shelf.put(entry);
    if (host !== undefined) this.#classroom.put({ ...ref, title });
    this.#ports.keepStorage();
    void notebook.close();
    return entry.room;
  }

  /** Works on a notebook as soon as everything known of it is there. */
  async #with<T>(room: RoomId, work: (notebook: OpenNotebook) => Promise<T>): Promise<T> {
    const entry = await this.#find(room);
    if (entry === undefined) throw new BadInputError(GONE);
    return this.#work(entry, work);
  }

  async #work<T>(entry: LibraryEntry, work: (notebook: OpenNotebook) => Promise<T>): Promise<T> {
    const notebook = await this.#use(entry);
    try {
      await notebook.settled;
      const done = await work(notebook);
      await notebook.flush();
      return done;
    } finally {
      void notebook.close();
    }
  }

  async #find(room: RoomId): Promise<LibraryEntry | undefined> {
    await this.#shelf.loaded;
    const known = this.#shelf.get(room);
    if (known !== undefined) return known;
    await this.#classroom.directoryRead();
    const listed = this.#classroom.directory.get().get(room);
    if (listed === undefined) return undefined;
    const now = this.#ports.clock.now();
    return { ...listed, host: this.#classroom.link?.base, created: now, opened: now, removed: undefined };
  }

  #use(entry: LibraryEntry): Promise<OpenNotebook> {
    const { room, secret } = entry;
    return this.#open.use(room, () => {
      const notebook = new OpenNotebook({
        ports: this.#ports,
        room: { id: room, secret },
        base: this.#baseOf(entry),
        isBlind: (base) => this.#isBlind(base),
        name: this.#name.value,
        jobs: this.#classroom.jobs,
        joined: () => this.#classroom.link !== undefined,
        outbox: this.#outbox,
        release: () => this.#open.release(room),
      });
      this.#moved.watch(entry, notebook);
      // What says that it is stored again must be found after a reload.
      whenCleared(notebook.sync, () => {
        this.#ports.keepAgain?.();
        void this.#shelf.put(this.#shelf.get(room) ?? entry);
      });
      // Whoever only claims to be somebody is shown as such, and takes nobody's name.
      const proven = (): PeerView[] => notebook.peers.get().filter(({ identity }) => identity === "proven");
      notebook.peers.subscribe(() => this.#name.meet(proven().map(({ presence }) => presence)));
      const { meta } = notebookRoots(notebook.doc);
      meta.observe(({ keysChanged, transaction }) => {
        if (keysChanged.has(META.title)) this.#titleChanged(entry, readTitle(notebook.doc), transaction.local);
      });
      return notebook;
    });
  }

  /** A class host may have another address than last time; its notebooks are where it is now. */
  #baseOf({ room, host }: LibraryEntry): string | undefined {
    return this.#classroom.directory.get().has(room) ? this.#classroom.link?.base : host;
  }

  /** That of our class, if whoever started the class found it so. */
  #isBlind(base: string): boolean {
    const { link } = this.#classroom;
    return link !== undefined && link.base === base && isSealedClass(link);
  }

  #titleChanged({ room, secret }: LibraryEntry, title: string, local: boolean): void {
    if (this.#shelf.get(room)?.title !== title) void this.#shelf.change(room, { title });
    const listed = this.#classroom.directory.get().get(room);
    // Whoever changed it tells the class: one message, not one from everybody who hears of it.
    if (local && listed !== undefined && listed.title !== title) this.#classroom.put({ room, secret, title });
  }
}

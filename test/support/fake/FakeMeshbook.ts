import * as Y from "yjs";
import { BadInputError } from "#shared/base/errors.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { unixMs } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { createNotebook, type NotebookDraft } from "#shared/notebook/createNotebook.ts";
import { setTitle } from "#shared/notebook/editCells.ts";
import type { ChosenFile, Host } from "#shared/ports/Host.ts";
import type { Settings } from "#shared/ports/Settings.ts";
import type { ExportedMeshbookFile, ExportFormat, ImportedNotebook, Meshbook } from "#shared/session/Meshbook.ts";
import type { ClassPerson } from "#shared/session/lending/classPeople.ts";
import type { Power } from "#shared/session/lending/power.ts";
import type { Lender, LendingTerms, LendingView } from "#shared/session/lending/lendingView.ts";
import type { ClassView, LibraryView, NotebookCard } from "#shared/session/views.ts";
import { FakeNotebookSession } from "./FakeNotebookSession.ts";

export const FAKE_PEER = fakeId("me");

/** Lends nothing; shows what a test says. */
export class FakeLender implements Lender {
  readonly view = new Value<LendingView>({ state: "off", problem: "" });
  readonly power = new Value<Power | undefined>({ plugged: true, level: 76 });
  readonly mostSlots = 3;
  readonly languages = ["javascript", "python", "sql"] as const;

  people(): readonly ClassPerson[] {
    return [
      { peer: fakeId("ben"), name: "Ben Okafor" },
      { peer: fakeId("chen"), name: "Chen Wei" },
    ];
  }

  start(terms: LendingTerms): Promise<void> {
    this.view.set({ state: "on", terms, running: 0, ended: 0 });
    return Promise.resolve();
  }

  stop(): Promise<void> {
    this.view.set({ state: "off", problem: "" });
    return Promise.resolve();
  }
}

/** The whole application in memory, on real documents. Every state that the page shows can be set by hand. */
export class FakeMeshbook implements Meshbook {
  readonly peer: PeerId = FAKE_PEER;
  readonly name = new Value("Ana López");
  readonly settings = new FakeSettings();
  readonly host = new FakeHost();
  readonly library = new Value<LibraryView>({ state: "ready", message: "", notebooks: [] });
  readonly classroom = new Value<ClassView | undefined>(undefined);
  readonly lending = new FakeLender();
  /** What the next `importFile` refuses with. */
  refusal: string | undefined;
  readonly #sessions = new Map<RoomId, FakeNotebookSession>();

  setName(name: string): void {
    this.name.set(name);
  }

  createNotebook(title: string, place: "device" | "class"): Promise<RoomId> {
    const session = this.addNotebook({ title, language: "javascript", cells: [EMPTY_CELL] }, { place });
    return Promise.resolve(session.room);
  }

  /** Puts a notebook on the shelf and gives its session. */
  addNotebook(draft: NotebookDraft, card: Partial<NotebookCard> = {}): FakeNotebookSession {
    const doc = new Y.Doc();
    createNotebook(doc, draft);
    return this.addDocument(doc, { title: draft.title, ...card });
  }

  addDocument(doc: Y.Doc, card: Partial<NotebookCard>): FakeNotebookSession {
    const room = card.room ?? RoomId.create();
    const session = new FakeNotebookSession({ room, doc, peer: this.peer, name: () => this.name.get() });
    this.#sessions.set(room, session);
    const opened = unixMs(Date.now());
    this.#setCards((cards) => [{ title: "", opened, place: "device", removed: false, ...card, room }, ...cards]);
    return session;
  }

  async importFile(file: ChosenFile, place: "device" | "class"): Promise<Result<ImportedNotebook, BadInputError>> {
    if (this.refusal !== undefined) return err(new BadInputError(this.refusal));
    const title = file.name.replace(/\.[^.]+$/, "");
    return ok({ room: await this.createNotebook(title, place), warnings: [] });
  }

  renameNotebook(room: RoomId, title: string): Promise<void> {
    const session = this.#sessions.get(room);
    if (session !== undefined) setTitle(session.doc, title);
    this.#change(room, { title });
    return Promise.resolve();
  }

  removeNotebook(room: RoomId): Promise<void> {
    this.#change(room, { removed: true });
    return Promise.resolve();
  }

  putBackNotebook(room: RoomId): Promise<void> {
    this.#change(room, { removed: false });
    return Promise.resolve();
  }

  exportNotebook(room: RoomId, format: ExportFormat): Promise<ChosenFile> {
    const title = this.library.get().notebooks.find((card) => card.room === room)?.title ?? "notebook";
    return Promise.resolve({ name: `${title}.${format}`, content: new TextEncoder().encode(title) });
  }

  exportMeshbookFile(room: RoomId, withKey: boolean): Promise<ExportedMeshbookFile> {
    const title = this.library.get().notebooks.find((card) => card.room === room)?.title ?? "notebook";
    const content = new TextEncoder().encode(withKey ? "with its key" : "");
    return Promise.resolve({ name: `${title}.meshbook`, content, leftOut: 0 });
  }

  followLink(link: string): Promise<Result<RoomId | undefined, BadInputError>> {
    if (!link.startsWith("http")) {
      return Promise.resolve(err(new BadInputError("This is not a link. Paste the whole invitation.")));
    }
    this.classroom.set({ base: "http://192.168.1.5:8720", name: "Distributed systems", connected: true, agents: [] });
    return Promise.resolve(ok(undefined));
  }

  readonly startsClasses = new Value(false);

  changeKey(room: RoomId): Promise<RoomId> {
    return Promise.resolve(room);
  }

  startClass(): void {
    // The stage has no host to start one at.
  }

  leaveClass(): void {
    this.classroom.set(undefined);
  }

  shareNotebook(room: RoomId): Promise<string> {
    this.#change(room, { place: "shared" });
    return Promise.resolve(`http://192.168.1.5:8720/n/${room}#k=${"s3cr3t-".repeat(6)}`);
  }

  classLink(): string | undefined {
    const classroom = this.classroom.get();
    return classroom === undefined ? undefined : `${classroom.base}/#c=${"x".repeat(22)}.${"k".repeat(43)}`;
  }

  openNotebook(room: RoomId): Promise<Result<FakeNotebookSession, "unknown-notebook">> {
    const session = this.#sessions.get(room);
    return Promise.resolve(session === undefined ? err("unknown-notebook") : ok(session));
  }

  #change(room: RoomId, change: Partial<NotebookCard>): void {
    this.#setCards((cards) => cards.map((card) => (card.room === room ? { ...card, ...change } : card)));
  }

  #setCards(change: (cards: readonly NotebookCard[]) => readonly NotebookCard[]): void {
    this.library.update((view) => ({ ...view, notebooks: change(view.notebooks) }));
  }
}

const EMPTY_CELL = { kind: "code", language: "javascript", source: "" } as const;

export class FakeSettings implements Settings {
  readonly #values = new Map<string, Value<JsonValue | undefined>>();

  get(key: string): JsonValue | undefined {
    return this.#value(key).get();
  }

  set(key: string, value: JsonValue | undefined): void {
    this.#value(key).set(value);
  }

  subscribe(key: string, listener: () => void): () => void {
    return this.#value(key).subscribe(listener);
  }

  #value(key: string): Value<JsonValue | undefined> {
    const known = this.#values.get(key) ?? new Value<JsonValue | undefined>(undefined);
    this.#values.set(key, known);
    return known;
  }
}

export class FakeHost implements Host {
  next: ChosenFile | undefined;
  copies = true;
  readonly copied: string[] = [];
  readonly saved: string[] = [];

  chooseFile(): Promise<ChosenFile | undefined> {
    return Promise.resolve(this.next);
  }

  saveFile(name: string): Promise<boolean> {
    this.saved.push(name);
    return Promise.resolve(true);
  }

  copyText(text: string): Promise<boolean> {
    if (this.copies) this.copied.push(text);
    return Promise.resolve(this.copies);
  }
}

/** A peer id for a short name, the same each time. */
export function fakeId(name: string): PeerId {
  const id = PeerId.parse(name.padEnd(22, "A"));
  if (id === undefined) throw new Error(`no peer id can be made of ${name}`);
  return id;
}

import { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";
import type { Dispose } from "#shared/base/dispose.ts";
import { Emitter } from "#shared/base/emitter.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RunId, type CellId, type ContentHash, type PeerId, type RoomId } from "#shared/base/ids.ts";
import { bytes, ms, unixMs } from "#shared/base/units.ts";
import { Value, type Readable } from "#shared/base/value.ts";
import { CellHistory } from "#shared/notebook/CellHistory.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { beginRun, endRun } from "#shared/notebook/editRuns.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { INLINE_OUTPUT_LIMIT, type OutputRef, type RunRecord } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { createTextUndo } from "#shared/notebook/textUndo.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { LocalPresence } from "#shared/presence/LocalPresence.ts";
import { SafeAwareness } from "#shared/presence/SafeAwareness.ts";
import { peerColor } from "#shared/presence/presence.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import { EVERYBODY, type Subject } from "#shared/rooms/access/statement.ts";
import { NotebookControls } from "#shared/session/controls/NotebookControls.ts";
import type { Timeline } from "#shared/session/history/timeline.ts";
import type { NotebookSession, SkippedCells } from "#shared/session/NotebookSession.ts";
import type { NotebookValues } from "#shared/session/inspection/NotebookValues.ts";
import type { AccessView, CellActivity, PeerView, Placement, SyncView } from "#shared/session/views.ts";
import { FakeControl } from "./FakeControl.ts";
import { fakeEvaluate, type FakeResult } from "./fakeEvaluate.ts";

export interface FakeSessionOptions {
  readonly room: RoomId;
  readonly doc: Y.Doc;
  readonly peer: PeerId;
  readonly name: () => string;
}

export const QUIET_SYNC: SyncView = {
  saved: true,
  heldByHost: undefined,
  seen: { by: 0, of: 0 },
  incomplete: false,
  sources: [{ kind: "disk", status: { state: "connected", held: true } }],
};

export const OPEN_ACCESS: AccessView = {
  role: "editor",
  everybody: "editor",
  restricted: false,
  founder: undefined,
  enforced: false,
  blind: false,
  manages: false,
  appoints: false,
  members: [],
  refused: undefined,
  wrongKey: false,
};

/** Of somebody who may only read. */
export const READER_ACCESS: AccessView = {
  ...OPEN_ACCESS,
  ...{ role: "viewer", everybody: "viewer", restricted: true, enforced: true },
};

/** Of the founder, at a host that cannot read. */
export const BLIND_ACCESS: AccessView = {
  ...OPEN_ACCESS,
  ...{ role: "teacher", enforced: true, blind: true, manages: true, appoints: true },
};

/** An open notebook in memory, on a real document. Every state that the page shows can be set by hand. */
export class FakeNotebookSession implements NotebookSession {
  readonly movedTo = new Value<RoomId | undefined>(undefined);
  readonly room: RoomId;
  readonly doc: Y.Doc;
  readonly awareness: Awareness;
  readonly editorAwareness: SafeAwareness;
  readonly history: CellHistory;
  readonly timeline = new Value<Timeline | undefined>(undefined);
  readonly loaded = new Value(true);
  readonly sync = new Value<SyncView>(QUIET_SYNC);
  readonly peers = new Value<readonly PeerView[]>([]);
  readonly access = new Value<AccessView>(OPEN_ACCESS);
  readonly moves = { canFollow: new Value<ReadonlySet<PeerId>>(new Set()) };
  readonly busy = new Value(0);
  readonly controls: NotebookControls;
  readonly skipped = new Emitter<SkippedCells>();
  readonly bodies = new Map<ContentHash, string>();
  readonly blobs = new MemoryBlobStore();
  /** Milliseconds that an execution takes; 0: it ends before `execute` returns. */
  runTime = 0;
  evaluate: (source: string) => FakeResult = fakeEvaluate;
  /** Set by hand. */
  values: NotebookValues = { look: (paths) => Promise.resolve(paths.map(() => ({ state: "away" }))) };
  readonly executed: { readonly cells: readonly CellId[]; readonly placement: Placement | undefined }[] = [];
  #runs = 0;
  readonly #options: FakeSessionOptions;
  readonly #activities = new Map<CellId, Value<CellActivity>>();
  readonly #undo = new Map<CellId, Y.UndoManager>();

  constructor(options: FakeSessionOptions) {
    this.#options = options;
    this.room = options.room;
    this.doc = options.doc;
    this.controls = new NotebookControls(options.doc, systemClock);
    this.awareness = new Awareness(options.doc);
    this.editorAwareness = new SafeAwareness(
      this.awareness,
      new LocalPresence(this.awareness, systemClock),
      () => true,
    );
    this.history = new CellHistory(
      options.doc,
      () => ({ peer: options.peer, name: options.name() }),
      () => unixMs(Date.now()),
    );
    this.awareness.setLocalState({ peer: options.peer, user: { name: options.name() } });
  }

  textUndo(cell: CellId): Y.UndoManager | undefined {
    const known = this.#undo.get(cell);
    const source = cellSource(notebookRoots(this.doc).cells, cell);
    if (known !== undefined || source === undefined) return known;
    const undo = createTextUndo(source);
    this.#undo.set(cell, undo);
    return undo;
  }

  setRole(subject: Subject, role: Role, name: string): Promise<void> {
    this.access.update((view) => {
      if (subject === EVERYBODY) return { ...view, everybody: role, restricted: role !== "editor" };
      const others = view.members.filter(({ peer }) => peer !== subject);
      const here = view.members.some(({ peer, here: isHere }) => peer === subject && isHere);
      return { ...view, members: [...others, { peer: subject, role, name, named: true, here }] };
    });
    return Promise.resolve();
  }

  setFocus(cell: CellId | undefined): void {
    this.awareness.setLocalStateField("cell", cell ?? null);
  }

  execute(cells: readonly CellId[], placement?: Placement): void {
    this.executed.push({ cells, placement });
    cells.forEach((cell, ahead) => {
      const run = RunId.create();
      this.setActivity(cell, { state: "queued", run, ahead, where: "here" });
      if (this.runTime === 0) this.#run(cell, run)();
      else setTimeout(() => this.#begin(cell, run), this.runTime * ahead);
    });
  }

  readonly control = new FakeControl();
  readonly answered: { readonly cell: CellId; readonly text: string }[] = [];
  answer(cell: CellId, text: string): void {
    this.answered.push({ cell, text });
  }

  stop(cells?: readonly CellId[]): void {
    for (const cell of cells ?? [...this.#activities.keys()]) this.setActivity(cell, { state: "idle" });
  }

  onSkipped(listener: (skipped: SkippedCells) => void): Dispose {
    return this.skipped.subscribe(listener);
  }

  activity(cell: CellId): Readable<CellActivity> {
    return this.#activity(cell);
  }

  setActivity(cell: CellId, activity: CellActivity): void {
    this.#activity(cell).set(activity);
    this.busy.set([...this.#activities.values()].filter((value) => isOurs(value.get())).length);
  }

  outputAuthor(_cell: CellId, record: RunRecord): Promise<PeerId | undefined> {
    return Promise.resolve(record.proof && record.by);
  }

  madeOutput(): undefined {
    return undefined;
  }

  readOutputBody(hash: ContentHash): Promise<string | undefined> {
    return Promise.resolve(this.bodies.get(hash));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Writes a finished run as if it had happened. */
  writeRun(cell: CellId, outputs: readonly CellOutput[], record: Partial<RunRecord> = {}): void {
    const whole = { ...this.#record(cell, record.run ?? RunId.create()), ...record, outputs: this.store(outputs) };
    beginRun(this.doc, cell, whole);
    endRun(this.doc, cell, whole);
  }

  /** Outputs as a document holds them; large ones go to `bodies`. */
  store(outputs: readonly CellOutput[]): readonly OutputRef[] {
    return outputs.map((output) => {
      const text = JSON.stringify(output);
      const hash = contentHashOfText(text);
      const mime = output.output_type === "display_data" ? (Object.keys(output.data)[0] ?? "") : "text/plain";
      const small = text.length <= INLINE_OUTPUT_LIMIT;
      if (!small) this.bodies.set(hash, text);
      return { hash, mime, size: bytes(text.length), inline: small ? text : undefined };
    });
  }

  #begin(cell: CellId, run: RunId): void {
    if (this.#activity(cell).get().state !== "queued") return;
    const finish = this.#run(cell, run);
    const since = unixMs(Date.now());
    this.setActivity(cell, { state: "running", run, since, where: "here", outputs: [], mine: true, by: "" });
    setTimeout(finish, this.runTime);
  }

  /** Writes that a run began; what it gives writes its end. */
  #run(cell: CellId, run: RunId): () => void {
    const begun = this.#record(cell, run);
    beginRun(this.doc, cell, { ...begun, status: "began" });
    return () => {
      const source = cellSource(notebookRoots(this.doc).cells, cell)?.toString() ?? "";
      const { outputs, ok, errorAt } = this.evaluate(source);
      const record = {
        ...begun,
        outputs: this.store(outputs),
        errorAt,
        status: ok ? ("ok" as const) : ("error" as const),
      };
      endRun(this.doc, cell, record);
      this.setActivity(cell, { state: "idle" });
    };
  }

  #record(cell: CellId, run: RunId): RunRecord {
    const { peer, name } = this.#options;
    const source = cellSource(notebookRoots(this.doc).cells, cell)?.toString() ?? "";
    return {
      run,
      by: peer,
      byName: name(),
      where: { at: "here" },
      sourceHash: contentHashOfText(source),
      inputs: {},
      started: unixMs(Date.now()),
      duration: ms(Math.max(this.runTime, 12)),
      status: "ok",
      count: ++this.#runs,
      outputs: [],
      errorAt: undefined,
    };
  }

  #activity(cell: CellId): Value<CellActivity> {
    const known = this.#activities.get(cell) ?? new Value<CellActivity>({ state: "idle" });
    this.#activities.set(cell, known);
    return known;
  }
}

const isOurs = (activity: CellActivity): boolean =>
  activity.state === "queued" || (activity.state === "running" && activity.mine);

/** Somebody else in the notebook. */
export function fakePeer(clientId: number, peer: PeerId, name: string, cell?: CellId): PeerView {
  const identity = name.endsWith("?") ? "claimed" : "proven";
  const presence = {
    peer,
    name,
    color: peerColor(peer),
    cell,
    running: [],
    digest: undefined,
    capabilities: [],
    wrote: [],
  };
  return { clientId, presence, identity };
}

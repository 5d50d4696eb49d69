import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { disposeAll, type Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { CellId, ContentHash, PeerId, RoomId } from "../../base/ids.ts";
import { Value, type Readable } from "../../base/value.ts";
import { cellSource } from "../../notebook/cell.ts";
import { CellHistory } from "../../notebook/CellHistory.ts";
import { notebookRoots } from "../../notebook/schema.ts";
import { createTextUndo } from "../../notebook/textUndo.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { HostHistory } from "../../ports/HostHistory.ts";
import type { SafeAwareness } from "../../presence/SafeAwareness.ts";
import type { RoomRef } from "../../rooms/roomLink.ts";
import { mayRun, type Role } from "../../rooms/access/role.ts";
import type { Subject } from "../../rooms/access/statement.ts";
import { MeshLinks } from "../access/MeshLinks.ts";
import type { NotebookMoves } from "../access/NotebookMoves.ts";
import { NotebookAccess } from "../access/NotebookAccess.ts";
import { ways } from "../access/ways.ts";
import { NotebookControls } from "../controls/NotebookControls.ts";
import { DocSync } from "../DocSync.ts";
import type { ExecutionControl } from "../control/ExecutionControl.ts";
import { OutputSigner } from "../execution/OutputSigner.ts";
import { runningPeers } from "../execution/runningPeers.ts";
import { ExecutionRunner } from "../ExecutionRunner.ts";
import type { NotebookValues } from "../inspection/NotebookValues.ts";
import { AskedRuns } from "../outbox/AskedRuns.ts";
import type { RunOutbox } from "../outbox/RunOutbox.ts";
import { LazyTimeline } from "../history/LazyTimeline.ts";
import type { Timeline } from "../history/timeline.ts";
import { trueWithin } from "../history/trueWithin.ts";
import type { NotebookSession, SkippedCells } from "../NotebookSession.ts";
import { PresenceSession } from "../PresenceSession.ts";
import type { AccessView, CellActivity, ExecuteOptions, PeerView, Placement, SyncView } from "../views.ts";
import { AgentKernels } from "./AgentKernels.ts";
import type { ClassJobs } from "./ClassJobs.ts";
import { copyOutputs } from "./copyOutputs.ts";
import { followOrphans } from "./followOrphans.ts";
import { keptResults } from "./keptResults.ts";
import { notebookPins } from "./notebookPins.ts";
import type { MeshbookPorts, RoomBlobs, RoomMember, RoomNetworks } from "./MeshbookPorts.ts";

export interface OpenNotebookOptions {
  readonly ports: MeshbookPorts;
  readonly room: RoomRef;
  /** Origin of the notebook's class host; undefined while it lives on this device only. */
  readonly base: string | undefined;
  /** Whether the class's invitation says that the host at this origin is blind. */
  readonly isBlind: (base: string) => boolean;
  readonly name: Readable<string>;
  readonly jobs: Readable<ClassJobs | undefined>;
  /** This device is in a class. */
  readonly joined: () => boolean;
  readonly outbox: RunOutbox;
  /** A user of the notebook is done with it. */
  readonly release: () => void;
}

/** A notebook from opening to closing: document, presence and executions of one room. */
export class OpenNotebook implements NotebookSession {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly history: CellHistory;
  readonly values: NotebookValues;
  readonly control: ExecutionControl;
  readonly controls: NotebookControls;
  readonly busy: Readable<number>;
  /** Blobs of this notebook, also when it becomes shared later. */
  readonly blobs: BlobStore = {
    put: (bytes) => this.#blobs.put(bytes),
    get: (hash) => this.#blobs.get(hash),
    has: (hash) => this.#blobs.has(hash),
  };
  readonly #options: OpenNotebookOptions;
  readonly #presence: PresenceSession;
  readonly #sync: DocSync;
  readonly #runner: ExecutionRunner;
  readonly #kernels: AgentKernels;
  readonly #access: NotebookAccess;
  readonly #timeline: LazyTimeline;
  readonly #textUndo = new Map<CellId, Y.UndoManager>();
  readonly #skipped = new Emitter<SkippedCells>();
  readonly #disposes: Dispose[] = [];
  /** Its class host since it became shared while it was open. */
  #sharedAt: string | undefined;
  readonly #signer: OutputSigner;
  #blobs: RoomBlobs;
  #links: Readable<ReadonlySet<string>> = new Value<ReadonlySet<string>>(new Set());
  #led: Readable<boolean> = new Value(false);
  #hubReached = false;
  #warmed = false;
  #ending: Promise<void> | undefined;

  constructor(options: OpenNotebookOptions) {
    const { ports, room, base, name, jobs, joined } = options;
    const { clock, logger, signer } = ports;
    this.#options = options;
    this.#presence = new PresenceSession({
      ...{ awareness: this.awareness, peer: signer.peer, name, clock },
      capabilities: ports.capabilities,
      proof: { room: room.id, signer, logger },
    });
    const author = () => ({ peer: signer.peer, name: name.get() });
    this.history = new CellHistory(this.doc, author, () => clock.now());
    this.#access = new NotebookAccess({ room, signer, settings: ports.settings, logger });
    const networks = base === undefined ? undefined : ports.networks(room, base, this.#oursAt(base));
    this.#blobs = ports.blobs(room, base, networks);
    this.#sync = new DocSync({
      document: { doc: this.doc, awareness: this.awareness },
      ...{ device: signer.peer, board: this.#presence, clock, logger },
      storage: ports.disk(room.id),
      networks: networks === undefined ? [] : ways(networks).toHost,
    });
    if (networks) this.#follow(networks);
    this.#disposes.push(this.#sync.view.subscribe(() => this.#reachChanged()));
    const mover = { may: () => this.#mayRun, moved: (cells: readonly CellId[]) => this.#runner.moved(cells) };
    this.controls = new NotebookControls(this.doc, clock, mover);
    this.#signer = new OutputSigner(signer, () => this.room);
    this.#kernels = new AgentKernels(room.id, { jobs, joined }, clock);
    const asked = this.#askedRuns();
    this.#runner = new ExecutionRunner({
      ...{ doc: this.doc, blobs: this.blobs, clock, peer: signer.peer, controls: this.controls },
      kernels: this.#kernels.withLate(ports.kernels(notebookPins(this.doc, this.#access.view, this.blobs), base)),
      ...this.#kernels.forRuns,
      asked,
      name: () => name.get(),
      ...{ outputSigner: this.#signer, kept: keptResults(this, this.#access, ports, name) },
      others: runningPeers(this.#presence.replicas, this.#disposes),
      showRunning: (running) => this.#presence.setRunning(running),
      onSkipped: (cells, failed) => this.#skipped.emit({ cells, failed }),
    });
    ({ values: this.values, control: this.control, busy: this.busy } = this.#runner);
    this.#disposes.push(asked.follow(this.loaded, this.#presence.replicas));
    const orphans = { doc: this.doc, asked, room: () => this.room, peer: signer.peer, jobs, runner: this.#runner };
    this.#disposes.push(followOrphans({ ...orphans, replicas: this.#presence.replicas }, this.settled));
    this.#timeline = this.#openTimeline();
  }

  get room(): RoomId {
    return this.#options.room.id;
  }

  get editorAwareness(): SafeAwareness {
    return this.#presence.editors;
  }

  get timeline(): Readable<Timeline | undefined> {
    return this.#timeline.timeline;
  }

  get peers(): Readable<readonly PeerView[]> {
    return this.#presence.peers;
  }

  get loaded(): Readable<boolean> {
    return this.#sync.loaded;
  }

  get access(): Readable<AccessView> {
    return this.#access.view;
  }

  setRole(subject: Subject, role: Role, name: string): Promise<void> {
    return this.#access.setRole(subject, role, name);
  }

  get moves(): NotebookMoves {
    return this.#access.moves;
  }

  get movedTo(): Readable<RoomId | undefined> {
    return this.moves.entered;
  }

  get sync(): Readable<SyncView> {
    return this.#sync.view;
  }

  textUndo(cell: CellId): Y.UndoManager | undefined {
    const known = this.#textUndo.get(cell);
    if (known !== undefined) return known;
    const source = cellSource(notebookRoots(this.doc).cells, cell);
    if (source === undefined) return undefined;
    const undo = createTextUndo(source);
    this.#textUndo.set(cell, undo);
    return undo;
  }

  readonly onSkipped: NotebookSession["onSkipped"] = (listener) => this.#skipped.subscribe(listener);

  setFocus(cell: CellId | undefined): void {
    this.#presence.setFocus(cell);
    // Whoever goes into a cell may run it soon. Reading needs no kernel, and a page that starts has better to do. Once: walking
    // through cells must not put others who wait for an idle moment behind a hundred of ours.
    if (cell === undefined || this.#warmed) return;
    this.#warmed = true;
    void this.#options.ports.idle().then(() => this.#runner.warm());
  }

  execute(cells: readonly CellId[], placement?: Placement, options?: ExecuteOptions): void {
    // What a run gives is written into the notebook.
    if (this.#mayRun) this.#runner.execute(cells, placement, options);
  }

  readonly answer = (cell: CellId, text: string): void => this.#runner.answer(cell, text);

  readonly madeOutput: NotebookSession["madeOutput"] = (hash) => this.#runner.made.get(hash);

  readonly stop = (cells?: readonly CellId[]): void => this.#runner.stop(cells);

  activity(cell: CellId): Readable<CellActivity> {
    return this.#runner.activity(cell);
  }

  outputAuthor(cell: CellId, record: RunRecord): Promise<PeerId | undefined> {
    return this.#signer.authorOf(cell, record);
  }

  async readOutputBody(hash: ContentHash): Promise<string | undefined> {
    const bytes = await this.#blobs.get(hash);
    return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  }

  /** Resolves when storage and the networks it was opened with have been read, or are known to be away. */
  get settled(): Promise<void> {
    return this.#sync.settled;
  }

  /** Resolves when everything is stored and sent, or cannot be. */
  flush(): Promise<void> {
    return this.#sync.flush();
  }

  /** The notebook is shared from now on, through the class host at `base`; with a `secret` that became known later. */
  async share(base: string, secret = this.#options.room.secret): Promise<void> {
    const { ports, room } = this.#options;
    this.#sharedAt = base;
    if (secret !== room.secret) this.#access.learnSecret(secret);
    const networks = ports.networks({ ...room, secret }, base, this.#oursAt(base));
    this.#follow(networks);
    for (const source of ways(networks).toHost) this.#sync.addNetwork(source);
    const local = this.#blobs;
    this.#blobs = ports.blobs({ ...room, secret }, base, networks);
    await copyOutputs(this.doc, local, this.#blobs);
    local.close();
  }

  async close(): Promise<void> {
    const flushed = this.#sync.flush();
    this.#options.release();
    await flushed;
  }

  /** The page is being unloaded: tells everybody that we have left. Storage flushes by itself. */
  unload(): void {
    this.#timeline.unload();
    this.controls.close();
    this.#runner.leave();
    this.#presence.leave();
  }

  /** Ends it for everybody. Only `OpenNotebooks` calls this, when the last user is done. */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    disposeAll(this.#disposes);
    this.#access.close();
    this.controls.close();
    this.#runner.close();
    this.#kernels.close();
    this.#presence.leave();
    await this.#timeline.close();
    await this.#sync.close();
    this.#blobs.close();
    for (const undo of this.#textUndo.values()) undo.destroy();
    this.history.dispose();
    this.awareness.destroy();
    this.doc.destroy();
  }

  #askedRuns(): AskedRuns {
    const { room, outbox, jobs, ports } = this.#options;
    return new AskedRuns({
      ...{ doc: this.doc, room: room.id, outbox, clock: ports.clock, jobs },
      mayRun: () => this.#mayRun,
      saved: () => trueWithin(this.#sync.view, ({ saved }) => saved, ports.clock),
      resume: (run, refusal) => this.#runner.resume(run, refusal),
      adopt: (cell, record, kernel) => this.#runner.adopt(cell, record, kernel),
    });
  }

  #hostHistory(): HostHistory | undefined {
    // A blind host keeps none; this device does.
    const base = this.access.get().blind ? undefined : (this.#sharedAt ?? this.#options.base);
    return base === undefined ? undefined : this.#options.ports.history.host(this.room, base);
  }

  #openTimeline(): LazyTimeline {
    const { ports, name } = this.#options;
    return new LazyTimeline({
      room: this.room,
      doc: this.doc,
      history: this.history,
      ...ports.history,
      host: () => this.#hostHistory(),
      heldByHost: () => trueWithin(this.#sync.view, ({ heldByHost }) => heldByHost === true, ports.clock),
      peer: ports.signer.peer,
      name: () => name.get(),
      replicas: this.#presence.replicas,
      showWrote: (clients) => this.#presence.setWrote(clients),
      settled: this.settled,
      loaded: this.loaded,
      idle: () => ports.idle(),
      clock: ports.clock,
      logger: ports.logger,
    });
  }

  get #mayRun(): boolean {
    return mayRun(this.access.get().role);
  }

  #oursAt(base: string): RoomMember {
    const { name, isBlind } = this.#options;
    return { name: () => name.get(), rules: this.#access, hostIsBlind: isBlind(base) };
  }

  #follow(networks: RoomNetworks): void {
    const { links, led, access, hubMode } = networks;
    if (access) this.#access.follow(access, hubMode);
    const { clock } = this.#options.ports;
    const mesh = new MeshLinks({ sync: this.#sync, access: this.#access, clock, sources: ways(networks).direct });
    this.#disposes.push(() => mesh.close());
    this.#links = links;
    this.#led = led;
    for (const way of [links, led]) this.#disposes.push(way.subscribe(() => this.#reachChanged()));
  }

  #reachChanged(): void {
    const connected = this.#sync.view.get().sources.filter(({ status }) => status.state === "connected");
    const hub = connected.some(({ kind }) => kind === "hub");
    const relay = hub || this.#led.get() || connected.some(({ kind }) => kind === "mqtt");
    this.#presence.setReach({ relay, links: this.#links.get() });
    if (hub && !this.#hubReached) this.#blobs.wake();
    this.#hubReached = hub;
  }
}

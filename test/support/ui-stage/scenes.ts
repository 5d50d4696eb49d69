import * as Y from "yjs";
import { RunId, type CellId } from "#shared/base/ids.ts";
import { bytes, unixMs } from "#shared/base/units.ts";
import { deleteCells, setCellSource } from "#shared/notebook/editCells.ts";
import { beginRun, readRun } from "#shared/notebook/editRuns.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { META, notebookRoots } from "#shared/notebook/schema.ts";
import type { Role } from "#shared/rooms/access/role.ts";
import type { AccessView, MemberView, SyncView } from "#shared/session/views.ts";
import { FAKE_PEER, FakeMeshbook, fakeId } from "../fake/FakeMeshbook.ts";
import { BLIND_ACCESS, fakePeer, READER_ACCESS, type FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { AGENTS } from "./agents.ts";
import { dataflowNotebook } from "./dataflowNotebook.ts";
import { demoNotebook } from "./demoNotebook.ts";
import { everyControl } from "./everyControl.ts";
import { everyLanguage } from "./everyLanguage.ts";
import { everyOutput } from "./everyOutput.ts";
import { putCursor } from "./putCursor.ts";
import { clusterScenes } from "./clusterScenes.ts";
import { withClaims } from "./withClaims.ts";
import { halfWay, withQueue } from "./withQueue.ts";
import { withHistory } from "./withHistory.ts";
import { withValues } from "./withValues.ts";
import { STORAGE_STATES } from "./storageStates.ts";

export interface Scene {
  readonly meshbook: FakeMeshbook;
  readonly path: string;
  readonly session?: FakeNotebookSession;
}

const HOUR = 3_600_000;
const CLASS = { base: "http://192.168.1.5:8720", name: "Distributed systems", connected: true, agents: AGENTS };
const HOSTED: SyncView = {
  saved: true,
  heldByHost: true,
  seen: { by: 2, of: 2 },
  incomplete: false,
  sources: [
    { kind: "disk", status: { state: "connected", held: true } },
    { kind: "hub", status: { state: "connected", held: true } },
    { kind: "webrtc", status: { state: "connected", held: false, peers: 2 } },
    { kind: "mqtt", status: { state: "connected", held: false, standby: true } },
  ],
};
const OFFLINE: SyncView = {
  ...HOSTED,
  heldByHost: false,
  seen: { by: 0, of: 0 },
  sources: [
    { kind: "disk", status: { state: "connected", held: true } },
    { kind: "hub", status: { state: "offline", reason: "no answer, trying again" } },
    { kind: "webrtc", status: { state: "connecting" } },
    { kind: "mqtt", status: { state: "offline", reason: "The message broker does not answer." } },
  ],
};
const RECEIVING: SyncView = {
  ...HOSTED,
  heldByHost: false,
  seen: { by: 0, of: 2 },
  sources: [
    { kind: "disk", status: { state: "connected", held: true } },
    {
      kind: "hub",
      status: { state: "connected", held: false, receiving: { received: bytes(12.4e6), total: bytes(20e6) } },
    },
    { kind: "webrtc", status: { state: "connected", held: false, peers: 2 } },
  ],
};

function shelf(): FakeMeshbook {
  const meshbook = new FakeMeshbook();
  const add = (title: string, place: "device" | "shared" | "class", hours: number): void => {
    const opened = unixMs(Date.now() - hours * HOUR);
    meshbook.addNotebook({ title, language: "javascript", cells: [] }, { place, opened });
  };
  add("Thesis notes: CRDTs in the browser and what they cost", "device", 400);
  add("Lamport clocks", "shared", 74);
  add("Reading list", "device", 26);
  add("Map-reduce warm-up", "shared", 5);
  return meshbook;
}

function classShelf(connected = true): FakeMeshbook {
  const meshbook = shelf();
  meshbook.classroom.set({ ...CLASS, connected, agents: connected ? AGENTS : [] });
  demoNotebook(meshbook);
  meshbook.addNotebook({ title: "Lab 2 · Elections", language: "javascript", cells: [] }, { place: "class" });
  return meshbook;
}

const library = (meshbook: FakeMeshbook): Scene => ({ meshbook, path: "/" });
const opened = (meshbook: FakeMeshbook, session: FakeNotebookSession): Scene => ({
  meshbook,
  session,
  path: `/n/${session.room}`,
});

function made(make: (meshbook: FakeMeshbook) => FakeNotebookSession): Scene {
  const meshbook = new FakeMeshbook();
  return opened(meshbook, make(meshbook));
}

function notebook(sync: SyncView = HOSTED): Scene & { session: FakeNotebookSession; ids: readonly CellId[] } {
  const meshbook = new FakeMeshbook();
  meshbook.classroom.set(CLASS);
  const session = demoNotebook(meshbook);
  session.sync.set(sync);
  withValues(session);
  const ids = readNotebook(session.doc).cells.map((cell) => cell.id);
  return { ...opened(meshbook, session), session, ids };
}

function withPeople(): Scene {
  const scene = notebook();
  const { session, ids } = scene;
  session.peers.set([
    fakePeer(101, fakeId("ben"), "Ben Okafor", ids[2]),
    fakePeer(102, fakeId("chiara"), "Chiara Russo", ids[1]),
  ]);
  putCursor(session, { client: 101, peer: "ben", name: "Ben Okafor", cell: ids[2], from: 50, to: 50 });
  putCursor(session, { client: 102, peer: "chiara", name: "Chiara Russo", cell: ids[1], from: 149, to: 168 });
  return scene;
}

function busy(): Scene {
  const scene = withPeople();
  const { session } = scene;
  if (session === undefined) return scene;
  const ids = readNotebook(session.doc).cells.map((cell) => cell.id);
  const [, spread, loop, , table, error, chart] = ids;
  const run = RunId.create();
  const outputs = [
    { output_type: "stream", name: "stdout", text: "round 1: 3 nodes\nround 2: 9 nodes\n" } as const,
    halfWay,
  ];
  const since = unixMs(Date.now() - 4_200);
  withQueue(session, ids);
  if (loop) session.setActivity(loop, { state: "running", run, since, where: "here", outputs, mine: true, by: "" });
  if (table) session.setActivity(table, { state: "queued", run, ahead: 0, where: "here" });
  if (error) session.setActivity(error, { state: "queued", run, ahead: 1, where: "lab-3" });
  if (chart) {
    session.setActivity(chart, {
      state: "running",
      run,
      since,
      where: "lab-3",
      outputs: [],
      mine: false,
      by: "Ben Okafor",
    });
  }
  const record = spread === undefined ? undefined : readRun(session.doc, spread);
  if (spread !== undefined && record !== undefined) beginRun(session.doc, spread, { ...record, status: "began" });
  return scene;
}

function stale(): Scene {
  const scene = notebook();
  const id = scene.ids[2];
  if (id !== undefined) setCellSource(scene.session.doc, id, "let known = new Set([0, 1]);\nknown.size");
  return scene;
}

function many(count: number): Scene {
  const meshbook = new FakeMeshbook();
  const cells = Array.from({ length: count }, (_, index) =>
    index % 5 === 0
      ? ({ kind: "markdown", language: "", source: `## Part ${index}\n\nSome words about $x_{${index}}$.` } as const)
      : ({
          kind: "code",
          language: "javascript",
          source: `const x${index} = ${index};\n`.repeat(1 + (index % 7)),
        } as const),
  );
  const session = meshbook.addNotebook({ title: `${count} cells`, language: "javascript", cells });
  session.runTime = 30;
  return opened(meshbook, session);
}

function notebookWith(access: AccessView): Scene {
  const scene = notebook();
  scene.session.access.set(access);
  return scene;
}

export const SCENES: Readonly<Record<string, () => Scene>> = {
  library: () => library(shelf()),
  "library-class": () => library(classShelf()),
  "library-class-offline": () => library(classShelf(false)),
  "library-empty": () => library(new FakeMeshbook()),
  "library-loading": () => {
    const meshbook = new FakeMeshbook();
    meshbook.library.set({ state: "loading", message: "", notebooks: [] });
    return library(meshbook);
  },
  "library-failed": () => {
    const meshbook = shelf();
    const message = "This window is private: what you write is gone when it closes. Export what you want to keep.";
    meshbook.library.update((view) => ({ ...view, state: "failed", message }));
    return library(meshbook);
  },
  notebook: () => withPeople(),
  "notebook-busy": () => busy(),
  ...clusterScenes(() => notebook()),
  "notebook-history": () => {
    const scene = notebook();
    void withHistory(scene.session);
    return scene;
  },
  "notebook-offline": () => notebook(OFFLINE),
  "notebook-receiving": () => notebook(RECEIVING),
  "notebook-stale": () => stale(),
  "notebook-dataflow": () => made(dataflowNotebook),
  "notebook-outputs": () => made(everyOutput),
  "notebook-languages": () => made(everyLanguage),
  "notebook-controls": () => made(everyControl),
  ...Object.fromEntries(
    Object.entries(STORAGE_STATES).map(([name, status]) => [
      name,
      () => notebook({ ...OFFLINE, saved: status.state === "connected", sources: [{ kind: "disk", status }] }),
    ]),
  ),
  "notebook-loading": () => {
    const meshbook = new FakeMeshbook();
    const session = meshbook.addDocument(new Y.Doc(), { title: "Arriving" });
    session.loaded.set(false);
    session.sync.set({ ...OFFLINE, saved: false, sources: [{ kind: "disk", status: { state: "connecting" } }] });
    return opened(meshbook, session);
  },
  "notebook-absent": () => {
    const meshbook = new FakeMeshbook();
    const session = meshbook.addDocument(new Y.Doc(), { title: "Arriving" });
    session.sync.set(OFFLINE);
    return opened(meshbook, session);
  },
  "notebook-too-new": () => {
    const scene = notebook();
    notebookRoots(scene.session.doc).meta.set(META.minReader, 99);
    return scene;
  },
  "notebook-empty": () => made((on) => on.addNotebook({ title: "Nothing yet", language: "javascript", cells: [] })),
  "notebook-unknown": () => ({ meshbook: new FakeMeshbook(), path: `/n/${"u".repeat(22)}` }),
  "notebook-deleted": () => {
    const scene = notebook();
    const id = scene.ids[2];
    const by = { peer: fakeId("ben"), name: "Ben Okafor", at: unixMs(Date.now()) };
    // When the page has mounted the cell, we go into it, and Ben deletes it.
    const mounted = new MutationObserver(() => {
      const row = document.querySelector<HTMLElement>(`[data-cell="${id}"]`);
      if (row === null || id === undefined) return;
      mounted.disconnect();
      row.focus();
      deleteCells(scene.session.doc, [id], by);
    });
    mounted.observe(document.documentElement, { subtree: true, childList: true });
    return scene;
  },
  "notebook-three": () => {
    const meshbook = new FakeMeshbook();
    const cells = ["one", "two", "three"].map((source) => ({ kind: "code", language: "javascript", source }) as const);
    return opened(meshbook, meshbook.addNotebook({ title: "Three cells", language: "javascript", cells }));
  },
  "notebook-crlf": () => {
    const meshbook = new FakeMeshbook();
    const cells = [{ kind: "code", language: "javascript", source: "one\r\ntwo" } as const];
    return opened(meshbook, meshbook.addNotebook({ title: "From Windows", language: "javascript", cells }));
  },
  "notebook-crowd": () => {
    const scene = notebook();
    const names = ["Ben Okafor", "Chiara Russo", "Dmitri", "Eun-ji Park", "Fatima Zahra El Idrissi", "Guo", "Hanna"];
    const peers = Array.from({ length: 28 }, (_, index) => {
      const name = `${names[index % names.length] ?? ""} ${index > 6 ? index : ""}`.trim();
      return fakePeer(200 + index, fakeId(`p${index}`), name, scene.ids[1 + (index % 5)]);
    });
    scene.session.peers.set(peers);
    scene.session.sync.set({ ...HOSTED, seen: { by: 26, of: 28 } });
    return scene;
  },
  "notebook-claims": () => {
    const scene = notebook();
    withClaims(scene.session, scene.ids);
    return scene;
  },
  "notebook-history-claims": () => {
    const scene = notebook();
    void withHistory(scene.session, "Ben Okafor?");
    return scene;
  },
  "notebook-reader": () => notebookWith(READER_ACCESS),
  "notebook-refused": () => notebookWith({ ...READER_ACCESS, refused: "You may read this, not change it." }),
  "notebook-teacher": () => {
    const scene = notebook();
    const member = (id: string, name: string, role: Role, more: object = {}): MemberView => ({
      ...{ peer: fakeId(id), name, role, named: true, here: false },
      ...more,
    });
    scene.session.access.set({
      ...{ role: "teacher", everybody: "viewer", restricted: true, enforced: true, blind: false },
      ...{ refused: undefined, wrongKey: false, manages: true, appoints: true, founder: FAKE_PEER },
      members: [
        member("tess", "Tess Lindqvist", "teacher", { here: true }),
        member("ben", "Ben Okafor", "editor", { here: true }),
        member("chiara", "Chiara Russo", "runner"),
        member("mal", "Mallory", "none"),
        member("dmitri", "Dmitri Alexandrovich Konstantinopolsky", "viewer", { named: false, here: true }),
      ],
    });
    return scene;
  },
  "notebook-blind": () => notebookWith(BLIND_ACCESS),
  "notebook-200": () => many(200),
  "notebook-2000": () => many(2_000),
};

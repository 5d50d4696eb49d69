import { afterEach, describe, expect, it } from "vitest";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { RoomId } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { readNotebook, readTitle } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { AttachedSource } from "#shared/ports/DocSource.ts";
import { defaultName } from "#shared/presence/defaultName.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { startSealedClass } from "#shared/rooms/sealedClass.ts";
import type { MeshbookPorts } from "#shared/session/app/MeshbookPorts.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { BASE, MemoryDevice, MemoryWorld } from "../../support/app/MemoryWorld.ts";
import { FakeClock } from "../../support/FakeClock.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const running: RunningMeshbook[] = [];

/** Starts the application on a device; it is closed after the test. */
function start(device: MemoryDevice): RunningMeshbook {
  const meshbook = device.start();
  running.push(meshbook);
  return meshbook;
}

/** A device in the class. */
async function joined(world: MemoryWorld): Promise<RunningMeshbook> {
  const meshbook = start(new MemoryDevice(world));
  expect(await meshbook.followLink(world.classLink)).toEqual({ ok: true, value: undefined });
  return meshbook;
}

async function open(meshbook: RunningMeshbook, room: RoomId): Promise<NotebookSession> {
  const opened = await meshbook.openNotebook(room);
  if (!opened.ok) throw new Error(opened.error);
  await untilValue(opened.value.loaded, Boolean);
  return opened.value;
}

function type(session: NotebookSession, text: string): void {
  const cell = readNotebook(session.doc).cells[0]!.id;
  cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, text);
}

const sources = (session: NotebookSession): string[] => readNotebook(session.doc).cells.map((cell) => cell.source);
const titles = (meshbook: RunningMeshbook): string[] => meshbook.library.get().notebooks.map(({ title }) => title);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

afterEach(async () => {
  await Promise.all(running.splice(0).map((meshbook) => meshbook.close()));
});

describe("a class", () => {
  it("shows a notebook made by one to the other, who opens it and both edit", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await joined(world), await joined(world)];
    const room = await ana.createNotebook("Lab 1", "class");
    await untilValue(ben.library, ({ notebooks }) => notebooks.length === 1);
    expect(ben.library.get().notebooks[0]).toMatchObject({ room, title: "Lab 1", place: "class", opened: undefined });
    const [a, b] = [await open(ana, room), await open(ben, room)];
    type(a, "1 + 1");
    await untilTrue("Ben sees it", () => sources(b)[0] === "1 + 1");
    await untilValue(b.sync, ({ saved, heldByHost, seen }) => saved && heldByHost === true && seen.of === 1);
    await untilValue(b.sync, ({ seen }) => seen.by === 1);
  });

  it("tells everybody the new title", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await joined(world), await joined(world)];
    const room = await ana.createNotebook("Lab 1", "class");
    await ana.renameNotebook(room, "Lab 1, corrected");
    await untilValue(ben.library, () => titles(ben).includes("Lab 1, corrected"));
    const b = await open(ben, room);
    await untilTrue("the title is in the notebook", () => readTitle(b.doc) === "Lab 1, corrected");
    expect(titles(ana)).toEqual(["Lab 1, corrected"]);
  });

  it("is there again after a restart, also when its host is away", async () => {
    const world = new MemoryWorld();
    const device = new MemoryDevice(world);
    const first = start(device);
    await first.followLink(world.classLink);
    await first.createNotebook("Lab 1", "class");
    await untilValue(first.classroom, (view) => view?.name === "Physics");
    await first.close();
    world.hub(RoomId.parse(/#c=([^.]+)/.exec(world.classLink)![1])!).cut();
    const second = start(device);
    await untilValue(second.library, () => titles(second).includes("Lab 1"));
    expect(second.classroom.get()).toMatchObject({ name: "Physics", connected: false });
    expect(second.classLink()).toBe(world.classLink);
  });

  it.each([
    ["that was started at a blind host has a blind host, whatever that says", true],
    ["of any other host has one that is as it says", false],
  ])("%s", async (_, isBlind) => {
    const world = new MemoryWorld();
    const told: boolean[] = [];
    const networks =
      (): MeshbookPorts["networks"] =>
      (room, _base, { hostIsBlind }) => {
        told.push(hostIsBlind);
        return {
          sources: [new MemoryDocSource(world.hub(room.id))],
          links: new Value(new Set()),
          led: new Value(false),
        };
      };
    const meshbook = start(new MemoryDevice(world, { networks }));
    const plain = { id: RoomId.create(), secret: createRoomSecret() };
    const room = isBlind ? startSealedClass() : plain;
    await meshbook.followLink(formatRoomLink({ kind: "class", base: BASE, ...room }));
    await open(meshbook, await meshbook.createNotebook("Lab 1", "class"));
    const shared = await meshbook.createNotebook("Lab 2", "device");
    await open(meshbook, shared);
    await meshbook.shareNotebook(shared);
    expect(told).toEqual([isBlind, isBlind]);
  });

  it("has no two people with one name, unless they chose it, on this visit and the next", async () => {
    const world = new MemoryWorld();
    const signers = [NodeSigner.create()];
    while (signers.length < 2) {
      const signer = NodeSigner.create();
      if (defaultName(signer.peer) === defaultName(signers[0]!.peer)) signers.push(signer);
    }
    signers.sort((one, other) => (one.peer < other.peer ? -1 : 1));
    const devices = signers.map((signer) => new MemoryDevice(world, { signer }));
    const [ana, ben] = devices.map(start) as [RunningMeshbook, RunningMeshbook];
    for (const each of [ana, ben]) await each.followLink(world.classLink);
    const name = defaultName(ana.peer);
    expect([ana.name.get(), ben.name.get()]).toEqual([name, name]);
    const room = await ana.createNotebook("Lab 1", "class");
    await untilValue(ben.library, ({ notebooks }) => notebooks.length === 1);
    const [a] = [await open(ana, room), await open(ben, room)];
    await untilValue(a.peers, ([peer]) => peer?.presence.name === `${name} 2`);
    expect([ana.name.get(), ben.name.get()]).toEqual([name, `${name} 2`]);
    await ben.close();
    expect(start(devices[1]!).name.get()).toBe(`${name} 2`);
    ana.setName(`${name} 2`);
    expect(ana.name.get()).toBe(`${name} 2`);
  });

  it("is gone after leaving, with its notebooks still on the shelf of whoever opened them", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await joined(world), await joined(world)];
    await ana.createNotebook("Lab 1", "class");
    await untilValue(ben.library, ({ notebooks }) => notebooks.length === 1);
    ana.leaveClass();
    ben.leaveClass();
    expect(ana.classroom.get()).toBeUndefined();
    expect(titles(ana)).toEqual(["Lab 1"]);
    expect(titles(ben)).toEqual([]);
  });
});

describe("a notebook on this device only", () => {
  it("is listed nowhere else, and reaches others only by being shared", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await joined(world), await joined(world)];
    const room = await ana.createNotebook("Diary", "device");
    const a = await open(ana, room);
    type(a, "secret");
    await untilValue(a.sync, ({ saved }) => saved);
    expect(a.sync.get().heldByHost).toBeUndefined();
    expect(world.hub(room).document!.store.clients.size).toBe(0);
    expect(await ben.openNotebook(room)).toEqual({ ok: false, error: "unknown-notebook" });
    const link = await ana.shareNotebook(room);
    expect(await ben.followLink(link)).toEqual({ ok: true, value: room });
    const b = await open(ben, room);
    await untilTrue("Ben has it", () => sources(b)[0] === "secret");
    await untilValue(a.sync, ({ heldByHost }) => heldByHost === true);
    expect(ana.library.get().notebooks).toMatchObject([{ place: "shared" }]);
  });

  it("brings its large outputs to the host when it is shared", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await joined(world), await joined(world)];
    const room = await ana.createNotebook("Plot", "device");
    const a = await open(ana, room);
    type(a, "'x'.repeat(5000)");
    const cell = readNotebook(a.doc).cells[0]!.id;
    a.execute([cell]);
    await untilTrue("it ran", () => readRun(a.doc, cell)?.status === "ok");
    await ben.followLink(await ana.shareNotebook(room));
    const b = await open(ben, room);
    await untilTrue("the run is there", () => readRun(b.doc, cell)?.status === "ok");
    const { hash, inline } = readRun(b.doc, cell)!.outputs[0]!;
    expect(inline).toBeUndefined();
    await untilTrue("the output is there", async () => (await b.readOutputBody(hash))?.includes("xxxxx") === true);
  });

  it("cannot be shared without a class host, and says what to do", async () => {
    const desktop = start(new MemoryDevice(new MemoryWorld(), { desktop: true }));
    const room = await desktop.createNotebook("Diary", "device");
    await expect(desktop.shareNotebook(room)).rejects.toThrow(/Join a class/);
  });
});

describe("the library", () => {
  it("keeps notebooks over a restart, with what was typed", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const first = start(device);
    const room = await first.createNotebook("Notes", "device");
    type(await open(first, room), "on the train");
    await first.close();
    const second = start(device);
    await untilValue(second.library, ({ state }) => state === "ready");
    expect(titles(second)).toEqual(["Notes"]);
    expect(sources(await open(second, room))).toEqual(["on the train"]);
  });

  it("takes a notebook away and puts it back", async () => {
    const meshbook = start(new MemoryDevice(new MemoryWorld()));
    const room = await meshbook.createNotebook("Notes", "device");
    await meshbook.removeNotebook(room);
    expect(meshbook.library.get().notebooks).toMatchObject([{ removed: true }]);
    await meshbook.putBackNotebook(room);
    expect(meshbook.library.get().notebooks).toMatchObject([{ removed: false }]);
  });

  it("gives one session to two users of a notebook, and closes it for the last", async () => {
    const meshbook = start(new MemoryDevice(new MemoryWorld()));
    const room = await meshbook.createNotebook("Notes", "device");
    const one = await open(meshbook, room);
    expect(await open(meshbook, room)).toBe(one);
    await one.close();
    type(one, "still open");
    expect(sources(one)).toEqual(["still open"]);
  });

  it("imports a file as a new notebook and exports it as it was", async () => {
    const meshbook = start(new MemoryDevice(new MemoryWorld()));
    const long = JSON.stringify("long ".repeat(1_000));
    const output = `{"name":"stdout","output_type":"stream","text":[${long}]}`;
    const cell = `{"cell_type":"code","execution_count":1,"id":"c1","metadata":{},"outputs":[${output}],"source":["1"]}`;
    const file = `{"cells":[${cell}],"metadata":{"points":1.0},"nbformat":4,"nbformat_minor":5}`;
    const imported = await meshbook.importFile({ name: "lab.ipynb", content: text(file) }, "device");
    if (!imported.ok) throw imported.error;
    const exported = await meshbook.exportNotebook(imported.value.room, "ipynb");
    expect(exported.name).toBe("lab.ipynb");
    expect(new TextDecoder().decode(exported.content)).toBe(file);
  });

  it("refuses a file that is no notebook, saying why", async () => {
    const meshbook = start(new MemoryDevice(new MemoryWorld()));
    const imported = await meshbook.importFile({ name: "lab.ipynb", content: text("{") }, "device");
    expect(imported.ok ? "" : imported.error.message).toMatch(/line 1/);
    expect(titles(meshbook)).toEqual([]);
  });

  it("says so when the shelf cannot be kept, and goes on in memory", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const refuse = (): Promise<never> => Promise.reject(new Error("storage is switched off"));
    device.broken = { library: { list: refuse, put: refuse, purge: refuse } };
    const meshbook = start(device);
    const room = await meshbook.createNotebook("Notes", "device");
    expect(meshbook.library.get()).toMatchObject({ state: "failed", notebooks: [{ title: "Notes" }] });
    expect(meshbook.library.get().message).toContain("storage is switched off");
    expect(sources(await open(meshbook, room))).toEqual([""]);
  });

  it("keeps a notebook in memory whose storage failed, however long it is left", async () => {
    const clock = new FakeClock();
    const device = new MemoryDevice(new MemoryWorld(), { clock });
    const attached: AttachedSource = {
      ready: Promise.resolve(),
      flush: () => Promise.resolve(),
      resync: () => undefined,
      detach: () => Promise.resolve(),
    };
    const failed = { state: "failed", code: "storage-full", message: "The disk is full." } as const;
    device.broken = { disk: { kind: "disk", attach: (_document, report) => (report(failed), attached) } };
    const meshbook = start(device);
    const room = await meshbook.createNotebook("Notes", "device");
    const one = await open(meshbook, room);
    type(one, "nowhere else");
    await one.close();
    await clock.advanceAsync(seconds(600));
    expect(await meshbook.save()).toBe(false);
    expect(sources(await open(meshbook, room))).toEqual(["nowhere else"]);
  });
});

describe("invitations", () => {
  it("of another host lead to its page", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const meshbook = start(device);
    const other = {
      kind: "notebook",
      base: "http://10.0.0.9:8720",
      id: RoomId.create(),
      secret: createRoomSecret(),
    } as const;
    expect(await meshbook.followLink(formatRoomLink(other))).toEqual({ ok: true, value: undefined });
    expect(device.visited).toEqual([formatRoomLink(other)]);
  });

  it("that are cut off are refused with what to do", async () => {
    const meshbook = start(new MemoryDevice(new MemoryWorld()));
    const followed = await meshbook.followLink(`${BASE}/n/AAAAAAAAAAAAAAAAAAAAAA#k=abc`);
    expect(followed.ok ? "" : followed.error.message).toMatch(/Copy it again/);
  });
});

describe("a person", () => {
  it("has a name from the start, the same on each visit, until they choose one", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const first = start(device);
    expect(first.name.get()).not.toBe("");
    expect(start(device).name.get()).toBe(first.name.get());
    first.setName("  Ana \u0000 María ");
    expect(start(device).name.get()).toBe("Ana María");
    await Promise.resolve();
  });
});

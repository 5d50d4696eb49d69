// What was asked of other computers outlives the page that asked: it is sent when that can be done, and ends once.

import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RunId, type CellId, type RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { ASKED_KEPT } from "#shared/session/outbox/askedLimits.ts";
import type { Placement } from "#shared/session/views.ts";
import { MemoryAgent } from "../../support/app/MemoryAgent.ts";
import { MemoryDevice, MemoryWorld } from "../../support/app/MemoryWorld.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Scene {
  readonly world: MemoryWorld;
  readonly device: MemoryDevice;
  readonly agent: MemoryAgent;
  readonly meshbook: RunningMeshbook;
  readonly room: RoomId;
  readonly session: NotebookSession;
  readonly cell: CellId;
}

async function start(device: MemoryDevice): Promise<RunningMeshbook> {
  const meshbook = device.start();
  closers.push(() => meshbook.close());
  await meshbook.followLink(device.world.classLink);
  return meshbook;
}

async function open(meshbook: RunningMeshbook, room: RoomId): Promise<NotebookSession> {
  const opened = await meshbook.openNotebook(room);
  if (!opened.ok) throw new Error(opened.error);
  await untilValue(opened.value.loaded, Boolean);
  return opened.value;
}

async function scene(): Promise<Scene> {
  const world = new MemoryWorld();
  const agent = new MemoryAgent();
  await agent.join(world);
  closers.push(() => agent.leave());
  const device = new MemoryDevice(world);
  const meshbook = await start(device);
  await untilValue(meshbook.classroom, (view) => view?.agents.length === 1);
  const room = await meshbook.createNotebook("Lab", "class");
  const session = await open(meshbook, room);
  const cell = readNotebook(session.doc).cells[0]!.id;
  cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, "40 + 2");
  return { world, device, agent, meshbook, room, session, cell };
}

/** The page is unloaded, and the next one begins. */
async function reload({ device, meshbook, room }: Scene): Promise<NotebookSession> {
  meshbook.unload();
  return open(await start(device), room);
}

const waitsFor = (session: NotebookSession, cell: CellId, on: string): Promise<unknown> =>
  untilValue(session.activity(cell), (now) => now.state === "running" && now.waits?.on === on);

const places: readonly [string, (scene: Scene) => Placement][] = [
  ["one agent", ({ meshbook }) => ({ at: "agent", agent: meshbook.classroom.get()!.agents[0]!.peer })],
  ["any agent", () => ({ at: "any" })],
];

for (const [name, placeOf] of places) {
  describe(`a cell that ${name} was asked for while the broker was away`, () => {
    it("is sent when the broker is back", async () => {
      const given = await scene();
      const place = placeOf(given);
      given.world.broker.stop();
      given.session.execute([given.cell], place);
      await waitsFor(given.session, given.cell, "connection");
      expect(readRun(given.session.doc, given.cell)).toBeUndefined();
      given.world.broker.start();
      await untilTrue("the agent has it", () => given.agent.executions.length === 1);
      given.agent.executions[0]!.end();
      await untilTrue("it ended", () => readRun(given.session.doc, given.cell)?.status === "ok");
      await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
    });

    it("is sent by the page that comes after, once", async () => {
      const given = await scene();
      const place = placeOf(given);
      given.world.broker.stop();
      given.session.execute([given.cell], place);
      await waitsFor(given.session, given.cell, "connection");
      const again = await reload(given);
      await waitsFor(again, given.cell, "connection");
      given.world.broker.start();
      await untilTrue("the agent has it", () => given.agent.executions.length === 1);
      given.agent.executions[0]!.print("42\n");
      given.agent.executions[0]!.end();
      await untilTrue("it ended", () => readRun(again.doc, given.cell)?.status === "ok");
      expect(readRun(again.doc, given.cell)!.outputs[0]!.inline).toContain("42");
      await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
      expect(given.agent.executions).toHaveLength(1);
    });

    it("can be taken back while it waits, and leaves nothing behind", async () => {
      const given = await scene();
      const place = placeOf(given);
      given.world.broker.stop();
      given.session.execute([given.cell], place);
      await waitsFor(given.session, given.cell, "connection");
      given.session.stop([given.cell]);
      await untilValue(given.session.activity(given.cell), ({ state }) => state === "idle");
      await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
      given.world.broker.start();
      await untilValue(given.meshbook.classroom, (view) => view?.agents.length === 1);
      expect(readRun(given.session.doc, given.cell)).toBeUndefined();
      expect(given.agent.executions).toHaveLength(0);
    });
  });
}

describe("a run that an earlier page left", () => {
  const left = ({ room, cell, session }: Scene) => ({
    ...{ room, cell, run: RunId.create(), given: undefined, at: systemClock.now() },
    sourceHash: contentHashOfText(cellSource(notebookRoots(session.doc).cells, cell)!.toString()),
    place: { at: "any", labels: {} } as const,
  });

  it("is given up, and says so, after a day", async () => {
    const given = await scene();
    const asked = left(given);
    await given.device.asked.put({ ...asked, at: unixMs(asked.at - ASKED_KEPT) });
    const again = await reload(given);
    await untilTrue("it ended", () => readRun(again.doc, given.cell)?.status === "error");
    const record = readRun(again.doc, given.cell)!;
    expect(record.run).toBe(asked.run);
    expect(record.outputs[0]!.inline).toContain("not sent within 24 hours");
    await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
    expect(given.agent.executions).toHaveLength(0);
  });

  it("is not sent if its cell was changed since", async () => {
    const given = await scene();
    await given.device.asked.put({ ...left(given), sourceHash: contentHashOfText("something else") });
    const again = await reload(given);
    await untilTrue("it ended", () => readRun(again.doc, given.cell)?.status === "error");
    expect(readRun(again.doc, given.cell)!.outputs[0]!.inline).toContain("the cell was changed");
    expect(given.agent.executions).toHaveLength(0);
  });

  it("is forgotten if its cell has run since, or is gone", async () => {
    const given = await scene();
    const asked = left(given);
    given.session.execute([given.cell]);
    await untilTrue("it ran", () => readRun(given.session.doc, given.cell)?.status === "ok");
    const { run } = readRun(given.session.doc, given.cell)!;
    await given.device.asked.put({ ...asked, at: unixMs(asked.at - 1_000) });
    await given.device.asked.put({ ...asked, run: RunId.create(), cell: "gone" as CellId });
    const again = await reload(given);
    await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
    expect(readRun(again.doc, given.cell)!.run).toBe(run);
    expect(given.agent.executions).toHaveLength(0);
  });

  it("is left to the page that takes care of it, and taken up when that is gone", async () => {
    const given = await scene();
    given.world.broker.stop();
    given.session.execute([given.cell], { at: "any" });
    await waitsFor(given.session, given.cell, "connection");
    // A second window of the same device.
    const second = await open(await start(given.device), given.room);
    await untilValue(second.activity(given.cell), ({ state }) => state !== "running");
    given.meshbook.unload();
    await waitsFor(second, given.cell, "connection");
    given.world.broker.start();
    await untilTrue("the agent has it", () => given.agent.executions.length === 1);
    given.agent.executions[0]!.end();
    await untilTrue("it ended", () => readRun(second.doc, given.cell)?.status === "ok");
    expect(given.agent.executions).toHaveLength(1);
  });

  it("is confirmed to its agent only when its end is stored with the document", async () => {
    const given = await scene();
    given.session.execute([given.cell], places[0]![1](given));
    await untilTrue("the agent has it", () => given.agent.executions.length === 1);
    await untilTrue(
      "it is written down",
      async () => (await given.device.asked.list(given.room))[0]?.given?.taken === true,
    );
    given.agent.executions[0]!.print("42\n");
    given.agent.executions[0]!.end();
    await untilTrue("it ended", () => readRun(given.session.doc, given.cell)?.status === "ok");
    await untilTrue("it is forgotten", async () => (await given.device.asked.list(given.room)).length === 0);
    expect(given.session.sync.get().saved).toBe(true);
  });
});

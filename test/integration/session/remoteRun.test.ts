import { afterEach, describe, expect, it } from "vitest";
import type { RoomId } from "#shared/base/ids.ts";
import { OFFER_LIMIT } from "#shared/jobs/jobMessage.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { outputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
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
}

async function start(device: MemoryDevice): Promise<RunningMeshbook> {
  const meshbook = device.start();
  closers.push(() => meshbook.close());
  await meshbook.followLink(device.world.classLink);
  await untilValue(meshbook.classroom, (view) => view?.agents.length === 1);
  return meshbook;
}

/** A class with an agent, and a notebook with one cell in it. */
async function scene(): Promise<Scene> {
  const world = new MemoryWorld();
  const agent = new MemoryAgent();
  await agent.join(world);
  closers.push(() => agent.leave());
  const device = new MemoryDevice(world);
  const meshbook = await start(device);
  const room = await meshbook.createNotebook("Lab", "class");
  return { world, device, agent, meshbook, room };
}

async function open(meshbook: RunningMeshbook, room: RoomId): Promise<NotebookSession> {
  const opened = await meshbook.openNotebook(room);
  if (!opened.ok) throw new Error(opened.error);
  await untilValue(opened.value.loaded, Boolean);
  return opened.value;
}

/** Writes and runs the first cell on the agent; resolves when the agent has it. */
async function runRemotely({ meshbook, agent }: Scene, session: NotebookSession): Promise<void> {
  const cell = firstCell(session);
  cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, "40 + 2");
  session.execute([cell], { at: "agent", agent: meshbook.classroom.get()!.agents[0]!.peer });
  await untilTrue("the agent has it", () => agent.executions.length === 1);
  await untilTrue("others can see that it began", () => readRun(session.doc, cell)?.status === "began");
}

const firstCell = (session: NotebookSession) => readNotebook(session.doc).cells[0]!.id;

describe("which computers run cells", () => {
  const joined = async (identity: Promise<NodeSigner>): Promise<RunningMeshbook> => {
    const device = new MemoryDevice(new MemoryWorld());
    device.broken = { identity };
    const meshbook = device.start();
    closers.push(() => meshbook.close());
    await meshbook.followLink(device.world.classLink);
    return meshbook;
  };

  it("is looked for until it is known", async () => {
    let identify: (signer: NodeSigner) => void = () => undefined;
    const meshbook = await joined(new Promise((resolve) => (identify = resolve)));
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.looking === true);
    identify(NodeSigner.create());
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.looking === undefined);
    expect(meshbook.classroom.get()?.agents).toEqual([]);
  });

  it("is looked for until the class's broker is reached, or is away", async () => {
    const world = new MemoryWorld();
    world.broker.stop();
    const meshbook = new MemoryDevice(world).start();
    closers.push(() => meshbook.close());
    await meshbook.followLink(world.classLink);
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.looking === undefined);
    expect(meshbook.classroom.get()?.brokerAway).toBe(true);
  });

  it("is not known while the class's broker is away, which is told until it is back", async () => {
    const world = new MemoryWorld();
    world.broker.stop();
    const meshbook = new MemoryDevice(world).start();
    closers.push(() => meshbook.close());
    await meshbook.followLink(world.classLink);
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.brokerAway === true);
    world.broker.start();
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.brokerAway === undefined);
  });

  it("is not looked for where nobody can be asked", async () => {
    const meshbook = await joined(Promise.reject(new Error("a part of the app did not load")));
    await untilValue(meshbook.classroom, (view) => view?.connected === true && view.looking === undefined);
  });
});

describe("a cell that runs on an agent", () => {
  it("shows its outputs to everybody, and where it ran", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    await runRemotely(given, session);
    const ben = await start(new MemoryDevice(given.world));
    const theirs = await open(ben, given.room);
    await untilTrue("Ben has the notebook", () => readNotebook(theirs.doc).cells.length === 1);
    await untilValue(theirs.activity(firstCell(theirs)), ({ state }) => state === "running");
    given.agent.executions[0]!.print("42\n");
    given.agent.executions[0]!.end();
    await untilTrue("Ben sees the end", () => readRun(theirs.doc, firstCell(theirs))?.status === "ok");
    const record = readRun(theirs.doc, firstCell(theirs))!;
    expect(record.where).toMatchObject({ at: "agent", name: "lab-1" });
    expect(record.outputs[0]!.inline).toContain("42");
    await untilValue(theirs.activity(firstCell(theirs)), ({ state }) => state === "idle");
  });

  it("shows everybody what it gives while it runs, also whoever comes later", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    const ben = await open(await start(new MemoryDevice(given.world)), given.room);
    await runRemotely(given, session);
    const execution = given.agent.executions[0]!;
    const seen = ({ doc }: NotebookSession): string => {
      const record = readRun(doc, firstCell(session));
      const outputs = record === undefined ? [] : outputsSoFar(doc, firstCell(session), record);
      return outputs.map(({ inline }) => inline).join();
    };
    execution.print("first\n");
    await untilTrue("Ben sees what it gave", () => seen(ben).includes("first"));
    execution.print("second\n");
    await untilTrue("Ben sees more", () => seen(ben).includes("second"));
    const cleo = await open(await start(new MemoryDevice(given.world)), given.room);
    await untilTrue("Cleo sees both", () => /first.*second/.test(seen(cleo)));
    expect(readRun(cleo.doc, firstCell(session))).toMatchObject({ status: "began", outputs: [] });
    execution.end();
    await untilTrue("Cleo sees the end", () => readRun(cleo.doc, firstCell(session))?.status === "ok");
    expect(seen(cleo)).toBe("");
  });

  it("goes on while its page is reloaded, and its result is there", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    await runRemotely(given, session);
    given.agent.executions[0]!.print("before\n");
    given.meshbook.unload();
    const reloaded = await start(given.device);
    const again = await open(reloaded, given.room);
    await untilValue(again.activity(firstCell(again)), ({ state }) => state === "running");
    given.agent.executions[0]!.print("after\n");
    given.agent.executions[0]!.end();
    await untilTrue("it ended", () => readRun(again.doc, firstCell(again))?.status === "ok");
    expect(given.agent.executions).toHaveLength(1);
    expect(readRun(again.doc, firstCell(again))!.outputs[0]!.inline).toMatch(/before\\nafter/);
  });

  it("whose agent was restarted meanwhile is interrupted, not running for ever", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    await runRemotely(given, session);
    given.meshbook.unload();
    await given.agent.leave();
    const agent = new MemoryAgent();
    await agent.join(given.world);
    closers.push(() => agent.leave());
    const again = await open(await start(given.device), given.room);
    await untilTrue("it is interrupted", () => readRun(again.doc, firstCell(again))?.status === "interrupted");
    await untilValue(again.activity(firstCell(again)), ({ state }) => state === "idle");
  });

  it("is not stopped by going to the library", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    await runRemotely(given, session);
    const cell = firstCell(session);
    await session.close();
    given.agent.executions[0]!.end();
    await untilTrue("it ended", () => readRun(session.doc, cell)?.status === "ok");
  });
});

describe("a cell that any computer may run", () => {
  it("says that it waits, runs where there is an agent, and starts again elsewhere when that leaves", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    const cell = firstCell(session);
    cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, "40 + 2");
    session.execute([cell], { at: "any" });
    await untilTrue("the first agent has it", () => given.agent.executions.length === 1);
    given.agent.executions[0]!.print("half\n");
    const activity = session.activity(cell);
    await untilValue(activity, (now) => now.state === "running" && now.outputs.length === 1);
    const second = new MemoryAgent("lab-2");
    await second.join(given.world);
    closers.push(() => second.leave());
    await untilValue(given.meshbook.classroom, (view) => view?.agents.length === 2);
    await given.agent.leave();
    await untilTrue("the second agent has it", () => second.executions.length === 1);
    await untilValue(activity, (now) => now.state === "running" && now.place?.state === "running");
    expect(activity.get()).toMatchObject({ outputs: [], place: { attempt: 2, name: "lab-2" } });
    second.executions[0]!.print("42\n");
    second.executions[0]!.end();
    await untilTrue("its end is written", () => readRun(session.doc, cell)?.status === "ok");
    expect(readRun(session.doc, cell)!.where).toMatchObject({ at: "agent", name: "lab-2" });
    expect(
      readRun(session.doc, cell)!
        .outputs.map(({ inline }) => inline)
        .join(""),
    ).not.toContain("half");
  });

  it("says what helps if it is too large to be sent to one", async () => {
    const { meshbook, room } = await scene();
    const session = await open(meshbook, room);
    const cell = firstCell(session);
    cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, `"${"x".repeat(OFFER_LIMIT)}"`);
    session.execute([cell], { at: "any" });
    await untilTrue("it was not run", () => readRun(session.doc, cell)?.notRun !== undefined);
    expect(readRun(session.doc, cell)!.outputs[0]!.inline).toMatch(
      /larger than .* Run the cell here, or shorten these cells\./,
    );
  });

  it("can be moved to another computer, where it starts again", async () => {
    const given = await scene();
    const second = new MemoryAgent("lab-2");
    await second.join(given.world);
    closers.push(() => second.leave());
    await untilValue(given.meshbook.classroom, (view) => view?.agents.length === 2);
    const session = await open(given.meshbook, given.room);
    const cell = firstCell(session);
    session.execute([cell], { at: "any" });
    const has = (agent: MemoryAgent): boolean => agent.executions.length === 1;
    await untilTrue("an agent has it", () => has(given.agent) || has(second));
    const [first, target] = has(given.agent) ? [given.agent, second] : [second, given.agent];
    first.executions[0]!.print("half\n");
    await untilValue(session.activity(cell), (now) => now.state === "running" && now.outputs.length === 1);
    const name = target === second ? "lab-2" : "lab-1";
    await untilValue(session.control.queue, ([entry]) => entry?.place?.state === "running");
    const to = given.meshbook.classroom.get()!.agents.find((agent) => agent.name === name)!.peer;
    session.control.moveTo(session.control.queue.get()[0]!.run, to);
    await untilTrue("the other has it", () => has(target));
    target.executions[0]!.print("whole\n");
    target.executions[0]!.end();
    await untilTrue("it ended", () => readRun(session.doc, cell)?.status === "ok");
    expect(readRun(session.doc, cell)!.where).toMatchObject({ at: "agent", name });
    expect(readRun(session.doc, cell)!.outputs.map(({ inline }) => inline)).toEqual([
      expect.stringMatching(/"whole\\n"/),
    ]);
  });

  it("is parked with its reason when every agent that ran it is lost", async () => {
    const given = await scene();
    const session = await open(given.meshbook, given.room);
    const cell = firstCell(session);
    session.execute([cell], { at: "any" });
    await untilTrue("the first agent has it", () => given.agent.executions.length === 1);
    await given.agent.leave();
    await untilValue(session.activity(cell), (now) => {
      return now.state === "running" && now.place?.reason?.why === "no-agents";
    });
    const second = new MemoryAgent("lab-2");
    await second.join(given.world);
    await untilTrue("the second agent has it", () => second.executions.length === 1);
    await second.leave();
    await untilTrue("it is parked", () => readRun(session.doc, cell)?.status === "error");
    expect(readRun(session.doc, cell)!.where).toMatchObject({
      at: "any",
      parked: "2 computers failed while they ran this; last: the agent left",
    });
    await untilValue(session.activity(cell), ({ state }) => state === "idle");
  });
});

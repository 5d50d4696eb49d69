// A page that lends its kernels is an agent of the class as long as somebody wants it to be, for whom they chose.

import { afterEach, describe, expect, it } from "vitest";
import { RunId, type CellId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { LendingTerms } from "#shared/session/lending/lendingView.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { MemoryDevice, MemoryWorld, type DeviceOptions } from "../../support/app/MemoryWorld.ts";
import { FakeKernel } from "../../support/FakeKernel.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

interface Member {
  readonly meshbook: RunningMeshbook;
  readonly session: NotebookSession;
  readonly cell: CellId;
}

async function member(world: MemoryWorld, source: string, options: DeviceOptions = {}): Promise<Member> {
  const meshbook = new MemoryDevice(world, options).start();
  closers.push(() => meshbook.close());
  await meshbook.followLink(world.classLink);
  const opened = await meshbook.openNotebook(await meshbook.createNotebook("Lab", "class"));
  if (!opened.ok) throw new Error(opened.error);
  await untilValue(opened.value.loaded, Boolean);
  const session = opened.value;
  const cell = readNotebook(session.doc).cells[0]!.id;
  cellSource(notebookRoots(session.doc).cells, cell)!.insert(0, source);
  return { meshbook, session, cell };
}

const TERMS: LendingTerms = { slots: 1, languages: ["javascript"], allow: undefined, pauseBelow: undefined };

async function lend({ meshbook }: Member, terms: Partial<LendingTerms> = {}): Promise<void> {
  await meshbook.lending!.start({ ...TERMS, ...terms });
  expect(meshbook.lending!.view.get().state).toBe("on");
}

const sees = ({ meshbook }: Member, agents: number): Promise<unknown> =>
  untilValue(meshbook.classroom, (view) => view?.agents.length === agents);

const ended = ({ session, cell }: Member, status: string): Promise<void> =>
  untilTrue(`it ended: ${status}`, () => readRun(session.doc, cell)?.status === status);

describe("a computer that is lent", () => {
  it("is off until it is turned on, and off again in the next life", async () => {
    const world = new MemoryWorld();
    const device = new MemoryDevice(world);
    const first = device.start();
    await first.followLink(world.classLink);
    expect(first.lending!.view.get().state).toBe("off");
    await first.lending!.start(TERMS);
    await untilValue(first.classroom, (view) => view?.agents.length === 1);
    await first.close();
    const second = device.start();
    closers.push(() => second.close());
    expect(second.lending!.view.get().state).toBe("off");
    await untilValue(second.classroom, (view) => view !== undefined && view.agents.length === 0);
  });

  it("says what it is, and executes for everybody", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await member(world, "40 + 2"), await member(world, "")];
    await lend(ben);
    await sees(ana, 1);
    const [agent] = ana.meshbook.classroom.get()!.agents;
    expect(agent).toMatchObject({ slots: 1, isolationLevel: 2, labels: { lent: "page" } });
    expect(agent!.name).toBe(`${ben.meshbook.name.get()} (lent)`);
    ana.session.execute([ana.cell], { at: "agent", agent: agent!.peer });
    await ended(ana, "ok");
    expect(readRun(ana.session.doc, ana.cell)!.outputs[0]!.inline).toContain("42");
    await untilValue(ben.meshbook.lending!.view, (view) => view.state === "on" && view.ended === 1);
  });

  it("tells of errors that nobody caught after the end, of runs it executed alone, and not without end", async () => {
    const world = new MemoryWorld();
    const kernel = new FakeKernel();
    kernel.automatic = true;
    const [ana, ben] = [await member(world, "1"), await member(world, "", { lent: () => kernel })];
    await lend(ben);
    await sees(ana, 1);
    ana.session.execute([ana.cell], { at: "agent", agent: ana.meshbook.classroom.get()!.agents[0]!.peer });
    await ended(ana, "ok");
    const { run } = readRun(ana.session.doc, ana.cell)!;
    const error = (evalue: string) => ({ output_type: "error", ename: "Error", evalue, traceback: [] }) as const;
    const shown = (): string => JSON.stringify(readRun(ana.session.doc, ana.cell)!.outputs);
    kernel.giveLate(RunId.create(), error("of another"));
    kernel.printLate(run, "printed");
    for (let time = 1; time <= 30; time++) kernel.giveLate(run, error(`uncaught ${time}`));
    await untilTrue("Ana is told", () => shown().includes("uncaught 20"));
    expect(shown()).not.toMatch(/of another|printed|uncaught 21/);
    expect(readRun(ana.session.doc, ana.cell)!.status).toBe("ok");
  });

  it("executes nothing for somebody who was not chosen", async () => {
    const world = new MemoryWorld();
    const [ana, ben, chen] = [await member(world, "1"), await member(world, ""), await member(world, "2")];
    await untilTrue("Ben can choose", () => ben.meshbook.lending!.people().length === 2);
    await lend(ben, { allow: [ana.meshbook.peer] });
    await sees(chen, 1);
    const { peer } = chen.meshbook.classroom.get()!.agents[0]!;
    // By name, past what its own page would advise.
    chen.session.execute([chen.cell], { at: "agent", agent: peer });
    await ended(chen, "error");
    expect(readRun(chen.session.doc, chen.cell)).toMatchObject({
      notRun: expect.stringMatching(/takes jobs only of devices that its owner named/) as string,
    });
    expect(readRun(chen.session.doc, chen.cell)!.outputs[0]!.inline).toContain("AgentError");
    await sees(ana, 1);
    ana.session.execute([ana.cell], { at: "agent", agent: peer });
    await ended(ana, "ok");
    expect(ben.meshbook.lending!.view.get()).toMatchObject({ ended: 1 });
  });

  it("gives back what runs when it is stopped at once, which then ends elsewhere", async () => {
    const world = new MemoryWorld();
    const [ana, ben, chen] = [
      await member(world, "await new Promise(() => {})"),
      await member(world, ""),
      await member(world, ""),
    ];
    await lend(ben);
    await sees(ana, 1);
    ana.session.execute([ana.cell], { at: "any" });
    await untilValue(ben.meshbook.lending!.view, (view) => view.state === "on" && view.running === 1);
    const stopping = ben.meshbook.lending!.stop();
    expect(ben.meshbook.lending!.view.get().state).toBe("stopping");
    await ben.meshbook.lending!.stop();
    expect(ben.meshbook.lending!.view.get().state).toBe("off");
    await lend(chen);
    await untilValue(chen.meshbook.lending!.view, (view) => view.state === "on" && view.running === 1);
    ana.session.stop([ana.cell]);
    await ended(ana, "interrupted");
    await stopping;
  });

  it("pauses on battery below the level that was chosen, and goes on when it is plugged in", async () => {
    const world = new MemoryWorld();
    const device = new MemoryDevice(world);
    const ben = device.start();
    closers.push(() => ben.close());
    await ben.followLink(world.classLink);
    const ana = await member(world, "40 + 2");
    device.power.set({ plugged: false, level: 55 });
    const lending = ben.lending!;
    await lending.start({ ...TERMS, pauseBelow: 40 });
    await sees(ana, 1);
    device.power.set({ plugged: false, level: 39 });
    expect(lending.view.get()).toMatchObject({ state: "paused", level: 39 });
    await sees(ana, 0);
    device.power.set({ plugged: false, level: 18 });
    expect(lending.view.get()).toMatchObject({ state: "paused", level: 18 });
    ana.session.execute([ana.cell], { at: "any" });
    device.power.set({ plugged: true, level: 18 });
    await ended(ana, "ok");
    expect(lending.view.get()).toMatchObject({ state: "on", ended: 1 });
    device.power.set({ plugged: false, level: 17 });
    await sees(ana, 0);
    await lending.stop();
    device.power.set({ plugged: true, level: 90 });
    expect(lending.view.get().state).toBe("off");
  });

  it("does not pause where nobody asked for that, nor begins while it is too low", async () => {
    const world = new MemoryWorld();
    const device = new MemoryDevice(world);
    const ben = device.start();
    closers.push(() => ben.close());
    await ben.followLink(world.classLink);
    device.power.set({ plugged: false, level: 5 });
    await ben.lending!.start(TERMS);
    expect(ben.lending!.view.get().state).toBe("on");
    await ben.lending!.stop();
    await ben.lending!.start({ ...TERMS, pauseBelow: 20 });
    expect(ben.lending!.view.get()).toMatchObject({ state: "paused", level: 5 });
  });

  it("is not lent any more when its class is left", async () => {
    const world = new MemoryWorld();
    const [ana, ben] = [await member(world, ""), await member(world, "")];
    await lend(ben);
    await sees(ana, 1);
    ben.meshbook.leaveClass();
    await untilValue(ben.meshbook.lending!.view, ({ state }) => state === "off");
    await sees(ana, 0);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { ms, seconds } from "#shared/base/units.ts";
import { ExportSchedule } from "../../../../broker/exports/ExportSchedule.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const [lab, quiz] = [RoomId.create(), RoomId.create()];

describe("ExportSchedule", () => {
  let clock: FakeClock;
  let exported: { readonly room: RoomId; readonly at: number }[];
  let schedule: ExportSchedule;
  let failing: Set<RoomId>;

  beforeEach(() => {
    clock = new FakeClock();
    exported = [];
    failing = new Set();
    schedule = new ExportSchedule((room) => {
      exported.push({ room, at: clock.monotonic() });
      return Promise.resolve(!failing.has(room));
    }, clock);
  });

  it("exports once, one quiet second after the last change", async () => {
    schedule.note(lab);
    await clock.advanceAsync(ms(600));
    schedule.note(lab);
    await clock.advanceAsync(seconds(10));
    expect(exported).toHaveLength(1);
    expect(exported[0]!.at).toBeGreaterThanOrEqual(1600);
    expect(exported[0]!.at).toBeLessThanOrEqual(2600);
    expect(clock.waiting).toBe(0);
  });

  it("does not wait longer than half a minute for somebody who never pauses", async () => {
    for (let n = 0; n < 70; n++) {
      schedule.note(lab);
      await clock.advanceAsync(ms(500));
    }
    expect(exported.map(({ at }) => Math.floor(at / 1000))).toEqual([30]);
  });

  it("exports what changed while it was being exported once more", async () => {
    schedule = new ExportSchedule((room) => {
      exported.push({ room, at: clock.monotonic() });
      if (exported.length === 1) schedule.note(room);
      return Promise.resolve(true);
    }, clock);
    schedule.note(lab);
    await clock.advanceAsync(seconds(10));
    expect(exported).toHaveLength(2);
  });

  it("never runs two at a time", async () => {
    let running = 0;
    schedule = new ExportSchedule(async (room) => {
      expect(++running).toBe(1);
      exported.push({ room, at: clock.monotonic() });
      await new Promise<void>((resolve) => clock.after(seconds(3), resolve));
      running -= 1;
      return true;
    }, clock);
    for (const room of [lab, quiz, RoomId.create()]) schedule.note(room);
    await clock.advanceAsync(seconds(20));
    expect(exported).toHaveLength(3);
  });

  it("leaves a notebook that fails alone for longer and longer, and exports the others meanwhile", async () => {
    failing.add(lab);
    schedule.note(lab);
    for (let n = 0; n < 200; n++) {
      schedule.note(lab);
      if (n % 10 === 0) schedule.note(quiz);
      await clock.advanceAsync(seconds(1));
    }
    const tries = exported.filter(({ room }) => room === lab).map(({ at }) => at / 1000);
    expect(tries.length).toBeLessThanOrEqual(4);
    expect(exported.filter(({ room }) => room === quiz).length).toBeGreaterThanOrEqual(19);
    failing.clear();
    await clock.advanceAsync(seconds(600));
    expect(clock.waiting).toBe(0);
  });

  it("finishes what waits without waiting for the quiet second", async () => {
    schedule.note(lab);
    schedule.note(quiz);
    expect(await schedule.finish(seconds(3))).toBe(true);
    expect(exported.map(({ room }) => room)).toEqual([lab, quiz]);
    expect(clock.waiting).toBe(0);
  });

  it("says so when something is left, because it fails or time is up", async () => {
    failing.add(lab);
    schedule.note(lab);
    expect(await schedule.finish(seconds(3))).toBe(false);
    const late = new ExportSchedule(() => Promise.resolve(true), clock);
    late.note(lab);
    expect(await late.finish(ms(0))).toBe(false);
  });
});

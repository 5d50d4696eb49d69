import { describe, expect, it } from "vitest";
import { endOfClose, reconnectDelay, RECONNECT_MAX, RECONNECT_MIN } from "#shared/adapters/hub/hubConnectionEnd.ts";
import { ANSWER_LIMIT, SILENCE, SilenceWatch } from "#shared/adapters/hub/SilenceWatch.ts";
import { ms } from "#shared/base/units.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

describe("reconnectDelay", () => {
  it("doubles up to a limit, and is spread over half of it", () => {
    expect(reconnectDelay(0, 1)).toBe(RECONNECT_MIN);
    expect(reconnectDelay(0, 0)).toBe(RECONNECT_MIN / 2);
    expect(reconnectDelay(3, 1)).toBe(RECONNECT_MIN * 8);
    expect(reconnectDelay(1_000, 1)).toBe(RECONNECT_MAX);
    expect(reconnectDelay(1_000, 0)).toBe(RECONNECT_MAX / 2);
  });
});

describe("endOfClose", () => {
  it("does not try again what is too large", () => {
    expect(endOfClose(1009, "", true)).toMatchObject({ type: "final", code: "too-large" });
  });

  it("is patient with a host that asks to be left alone", () => {
    expect(endOfClose(1013, "the class host is full", true)).toEqual({
      type: "lost",
      why: "The class host refused: the class host is full",
      patient: true,
    });
  });

  it("tells a lost connection from one that never was", () => {
    expect(endOfClose(1006, "", true)).toMatchObject({ why: "The connection to the class host was lost." });
    expect(endOfClose(1006, "", false)).toMatchObject({ why: "The class host does not answer." });
  });
});

describe("SilenceWatch", () => {
  const watched = (
    backlog: () => number = () => 0,
  ): { clock: FakeClock; watch: SilenceWatch; asked: number[]; died: number[] } => {
    const clock = new FakeClock();
    const [asked, died]: [number[], number[]] = [[], []];
    const watch = new SilenceWatch(clock, {
      ask: () => asked.push(clock.monotonic()),
      backlog,
      dead: () => died.push(clock.monotonic()),
    });
    return { clock, watch, asked, died };
  };

  it("asks after a silence, and calls the other side dead when it does not answer", () => {
    const { clock, asked, died } = watched();
    clock.advance(ms(SILENCE + ANSWER_LIMIT));
    expect([asked, died]).toEqual([[SILENCE], [SILENCE + ANSWER_LIMIT]]);
    expect(clock.waiting).toBe(0);
  });

  it("does not ask while something arrives", () => {
    const { clock, watch, asked } = watched();
    for (let time = 0; time < 10; time++) {
      clock.advance(ms(SILENCE - 1));
      watch.heard();
    }
    expect(asked).toEqual([]);
  });

  it("goes on when the question was answered", () => {
    const { clock, watch, asked, died } = watched();
    clock.advance(SILENCE);
    watch.heard();
    clock.advance(ANSWER_LIMIT);
    expect([asked.length, died.length]).toEqual([1, 0]);
    clock.advance(ms(SILENCE + ANSWER_LIMIT));
    expect([asked.length, died.length]).toEqual([2, 1]);
  });

  it("waits while what we said before the question is leaving, and no longer", () => {
    let left = 5_000_000;
    const { clock, asked, died } = watched(() => left);
    clock.advance(SILENCE);
    for (let second = 0; second < 60; second++) {
      left -= 50_000;
      clock.advance(ms(1_000));
    }
    // A question would only wait behind it.
    expect([asked, died]).toEqual([[], []]);
    clock.advance(ms(2 * ANSWER_LIMIT));
    expect(died).toHaveLength(1);
  });

  it("leaves no timer when stopped", () => {
    const { clock, watch } = watched();
    clock.advance(ms(SILENCE + 1));
    watch.stop();
    expect(clock.waiting).toBe(0);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { LinkPatience, LinkWatch } from "#shared/adapters/mqtt/LinkWatch.ts";
import { ms, seconds } from "#shared/base/units.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

let clock: FakeClock;
let watch: LinkWatch;
let asked: number[];
let lost: number[];
let backlog: number;
let kept: number[];
let patience: LinkPatience;

beforeEach(() => {
  [clock, asked, lost, backlog, kept] = [new FakeClock(), [], [], 0, []];
  patience = new LinkPatience();
  watch = connect();
});

const connect = (): LinkWatch =>
  new LinkWatch({
    clock,
    patience,
    ask: () => asked.push(clock.monotonic()),
    backlog: () => backlog,
    keep: () => kept.push(clock.monotonic()),
    lost: () => lost.push(clock.monotonic()),
  });

/** For so many seconds we send something, or hear something, each second. */
function eachSecond(count: number, happens: () => void): void {
  for (let second = 0; second < count; second++) {
    happens();
    clock.advance(seconds(1));
  }
}

describe("a connection that is in use and carries nothing any more", () => {
  it("is given up in 5 s, whether we speak or listen", () => {
    eachSecond(10, () => watch.sent());
    expect(lost).toEqual([4_000]);
    patience = new LinkPatience();
    watch = connect();
    eachSecond(7, () => watch.heard(false));
    const last = clock.monotonic() - 1_000;
    clock.advance(seconds(10));
    expect(lost[1]! - last).toBeLessThanOrEqual(5_000);
  });

  it("is given up once, and not after it was closed", () => {
    watch.sent();
    clock.advance(seconds(60));
    watch.sent();
    clock.advance(seconds(60));
    expect(lost).toHaveLength(1);
    const other = connect();
    other.sent();
    other.close();
    other.sent();
    clock.advance(seconds(60));
    expect(lost).toHaveLength(1);
  });

  it("is kept while what we sent before the question has not left", () => {
    watch.sent();
    backlog = 1_000;
    clock.advance(seconds(20));
    expect(lost).toEqual([]);
    backlog = 0;
    clock.advance(seconds(4));
    expect(lost).toHaveLength(1);
  });
});

describe("a connection that works", () => {
  it("is asked once after the last message, and never while nothing goes on", () => {
    clock.advance(seconds(3_600));
    expect(asked).toEqual([]);
    watch.sent();
    clock.advance(seconds(1));
    expect(asked).toHaveLength(1);
    watch.heard(true);
    clock.advance(seconds(3_600));
    expect([asked.length, lost]).toEqual([1, []]);
  });

  it("is not asked while something comes", () => {
    for (let half = 0; half < 40; half++) {
      watch.heard(false);
      watch.sent();
      clock.advance(ms(500));
    }
    expect(asked).toEqual([]);
  });

  it("is asked again, not given up, by a process that stood still", () => {
    // The alarm rings late: what came meanwhile has not been read.
    let late: (() => void) | undefined;
    let now = 0;
    const still = {
      monotonic: () => ms(now),
      after: (_: number, callback: () => void) => {
        late = callback;
        return () => undefined;
      },
    };
    const questions: number[] = [];
    const given: number[] = [];
    const frozen = new LinkWatch({
      patience,
      clock: still,
      ask: () => questions.push(now),
      backlog: () => 0,
      lost: () => given.push(now),
    });
    frozen.sent();
    now = 1_000;
    late?.();
    now = 60_000;
    late?.();
    expect([questions, given]).toEqual([[1_000, 60_000], []]);
  });
});

describe("a connection on which a large message comes slowly", () => {
  it("is kept while bytes come, and given up when they come no more", () => {
    watch.sent();
    eachSecond(30, () => watch.received());
    expect(lost).toEqual([]);
    clock.advance(seconds(4));
    expect(lost).toHaveLength(1);
  });

  it("is kept longer the next time, where bytes show only when all are there, and from then on", () => {
    watch.sent();
    clock.advance(seconds(5));
    expect(lost).toHaveLength(1);
    watch = connect();
    for (let message = 0; message < 3; message++) {
      watch.sent();
      clock.advance(seconds(6));
      watch.received();
      watch.heard(false);
      // And some that are answered at once.
      eachSecond(5, () => watch.heard(true));
    }
    expect(lost).toHaveLength(1);
  });

  it("is given up as soon as any other, once its place has answered in time", () => {
    watch.sent();
    clock.advance(seconds(5));
    watch = connect();
    watch.sent();
    clock.advance(ms(1_500));
    watch.heard(true);
    const begun = clock.monotonic();
    watch.sent();
    clock.advance(seconds(5));
    expect(lost[1]! - begun).toBeLessThanOrEqual(5_000);
  });
});

describe("a connection on which bytes come", () => {
  it("is kept alive every few seconds, so that no answer to a ping is waited for that comes behind them", () => {
    eachSecond(14, () => watch.received());
    expect(kept).toEqual([4_000, 8_000, 12_000]);
    clock.advance(seconds(60));
    expect(kept).toHaveLength(3);
    watch.close();
    watch.received();
    expect(kept).toHaveLength(3);
  });
});

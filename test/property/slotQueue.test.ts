// The queue of executions in a slot against a slot that behaves as one does, and dies, spins and is told to stop at the
// worst moments.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RunId } from "#shared/base/ids.ts";
import type { KernelRequest } from "#shared/ports/Kernel.ts";
import { SlotTurns } from "#shared/contracts/slot/SlotTurns.ts";
import { SlotQueue, type QueuedEnd } from "../../workers/agent/SlotQueue.ts";
import { programOf } from "../support/jobs/messages.ts";
import { checkProperty } from "../support/property.ts";

interface Given {
  readonly turn: number;
  readonly request: KernelRequest;
  readonly controller: AbortController;
  readonly ends: (QueuedEnd | "lost")[];
  /** The slot began it. */
  begun: boolean;
  /** The queue said that it may have begun. */
  told: boolean;
}

/** What may happen, drawn in any order. */
const happenings = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant("add" as const) },
    { weight: 4, arbitrary: fc.constant("begin" as const) },
    { weight: 4, arbitrary: fc.constant("end" as const) },
    { weight: 3, arbitrary: fc.constant("hear" as const) },
    { weight: 2, arbitrary: fc.record({ stop: fc.nat(40) }) },
    { weight: 2, arbitrary: fc.constant("wait" as const) },
    { weight: 1, arbitrary: fc.constant("die" as const) },
  ),
  { maxLength: 120 },
);

/** A slot and the pipe to it: what was said and not yet read. */
class SlotModel {
  readonly given: Given[] = [];
  readonly queue: SlotQueue;
  readonly #turns = new SlotTurns();
  #asked: number[] = [];
  #running: Given | undefined;
  #said: ({ end: Given } | { returned: Set<number> })[] = [];
  lost = false;
  /** It was lost because one execution was to be stopped. */
  stopped = false;

  constructor() {
    this.queue = new SlotQueue({
      takeBack: (turns) => this.#asked.push(...turns),
      stop: ({ signal }) => {
        expect(signal.aborted).toBe(true);
        this.stopped = !this.lost;
        this.die();
      },
      silent: () => this.die(),
    });
  }

  add(): void {
    if (this.lost) return;
    const request = { run: RunId.create(), program: programOf("1"), before: [] };
    const controller = new AbortController();
    const ends: Given["ends"] = [];
    let told = false;
    const { signal } = controller;
    const onBegan = (): void => void (told = true);
    const [turn, end] = this.queue.add({ request, onOutput: () => {}, signal, onBegan });
    const given: Given = { turn, request, controller, ends, begun: false, told: false };
    Object.defineProperty(given, "told", { get: () => told });
    this.given.push(given);
    void end.then(
      (how) => ends.push(how),
      () => ends.push("lost"),
    );
  }

  /** The worker begins the next that was not taken back. */
  begin(): void {
    if (this.lost || this.#running !== undefined) return;
    const next = this.given.find(({ turn, begun }) => !begun && this.#turns.begin(turn));
    if (next === undefined) return;
    next.begun = true;
    this.#running = next;
  }

  /** It ends, and says so. */
  end(): void {
    if (this.lost || this.#running === undefined) return;
    this.#said.push({ end: this.#running });
    this.#running = undefined;
  }

  /** The main thread answers, and the agent reads all that was said. */
  hear(): void {
    const asked = this.#asked.splice(0);
    if (asked.length > 0 && !this.lost) {
      this.#said.push({ returned: new Set(asked.filter((turn) => this.#turns.takeBack(turn))) });
    }
    for (const said of this.#said.splice(0)) {
      if ("returned" in said) this.queue.answered(said.returned);
      else if (this.queue.running(said.end.request.run) !== undefined) this.queue.shift({ status: "ok" });
    }
  }

  /** Its process is killed; what it said before is still read. */
  die(): void {
    if (this.lost) return;
    this.lost = true;
    queueMicrotask(() => {
      this.hear();
      this.queue.lose((first) => first.reject(new Error("lost")));
    });
  }
}

describe("the executions that a slot was handed", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("go on when one is stopped that has just ended unheard", async () => {
    const slot = new SlotModel();
    for (const step of ["add", "add", "begin", "end", "begin"] as const) slot[step]();
    slot.given[0]?.controller.abort();
    slot.hear();
    slot.end();
    slot.hear();
    await vi.advanceTimersByTimeAsync(0);
    expect(slot.given.map(({ ends }) => ends)).toEqual([[{ status: "ok" }], [{ status: "ok" }]]);
    expect(slot.lost).toBe(false);
  });

  it("end once each, whatever happens, and none that did begin is returned", async () => {
    await checkProperty(
      "slot queue",
      300,
      fc.asyncProperty(happenings, async (all) => {
        const slot = new SlotModel();
        for (const happening of all) {
          if (typeof happening === "object") slot.given[happening.stop]?.controller.abort();
          else if (happening === "wait") await vi.advanceTimersByTimeAsync(60);
          else slot[happening]();
          await Promise.resolve();
        }
        // From now on the slot works as it should, and nothing new comes.
        for (let n = 0; n <= slot.given.length; n++) {
          slot.hear();
          slot.begin();
          slot.end();
          slot.hear();
          await vi.advanceTimersByTimeAsync(60);
        }
        await vi.advanceTimersByTimeAsync(3_000);
        for (const { ends, begun, told, controller } of slot.given) {
          expect(ends).toHaveLength(1);
          if (begun) expect(ends[0]).not.toBe("returned");
          if (begun) expect(told).toBe(true);
          if (ends[0] === "lost") expect(slot.lost).toBe(true);
          if (ends[0] === "lost" && slot.stopped) expect(controller.signal.aborted).toBe(true);
        }
        expect(slot.queue.length).toBe(0);
      }),
    );
  });
});

import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import type { Execution, ExecutionPlace } from "#shared/execution/execution.ts";
import {
  ahead,
  createExecutions,
  stepExecutions,
  type ExecutionEffect,
  type ExecutionEvent,
  type ExecutionState,
} from "#shared/execution/executionMachine.ts";

const HERE: ExecutionPlace = { at: "here" };
const AGENT: ExecutionPlace = { at: "agent", agent: "agent" as PeerId };
const set = (text: string): ReadonlySet<CellId> => new Set(text === "" ? [] : (text.split(" ") as CellId[]));

/** `b:a` is cell b, which needs a; run ids are the cell's name and a number. */
function executions(text: string, over: Partial<Execution> & { readonly run?: never; suffix?: string } = {}) {
  const { suffix = "", ...rest } = over;
  return text.split(" ").map((part): Execution => {
    const [cell = "", needs] = part.split(":");
    return {
      run: (cell + suffix) as RunId,
      cell: cell as CellId,
      request: 1,
      place: HERE,
      sourceHash: contentHashOfText(cell),
      asked: true,
      needs: (needs ?? "").split(",").filter((name) => name !== "") as CellId[],
      component: set([cell, ...(needs ?? "").split(",")].filter((name) => name !== "").join(" ")),
      ...rest,
    };
  });
}

/** Effects in short: `start a@0`, `stop a`, `drop b c because a`. */
const short = (effect: ExecutionEffect): string => {
  switch (effect.type) {
    case "start":
      return `start ${effect.execution.run}@${effect.kernel ?? "agent"}`;
    case "stop":
      return `stop ${effect.run}`;
    case "drop":
      return `drop ${effect.executions.map(({ run }) => run).join(" ")}${effect.failed ? ` because ${effect.failed}` : ""}`;
  }
};

class Machine {
  state: ExecutionState;
  constructor(kernels: number) {
    this.state = createExecutions(kernels);
  }
  step(event: ExecutionEvent): readonly string[] {
    const { state, effects } = stepExecutions(this.state, event);
    this.state = state;
    return effects.map(short);
  }
  request(...given: Parameters<typeof executions>): readonly string[] {
    return this.step({ type: "requested", executions: executions(...given) });
  }
  end(run: string, holds = "", ok = true): readonly string[] {
    return this.step({ type: "ended", run: run as RunId, ok, holds: set(holds) });
  }
  stop(cells?: string): readonly string[] {
    return this.step({ type: "stop-requested", cells: cells === undefined ? undefined : set(cells) });
  }
}

describe("stepExecutions given requested", () => {
  it("starts the first at once, and the rest one after the other", () => {
    const machine = new Machine(1);
    expect(machine.request("a b c")).toEqual(["start a@0"]);
    expect(machine.end("a", "a")).toEqual(["start b@0"]);
    expect(machine.end("b", "a b")).toEqual(["start c@0"]);
    expect(machine.end("c")).toEqual([]);
    expect(machine.state.executions).toEqual([]);
  });
  it("runs independent cells side by side, and those of one component in order in one kernel", () => {
    const machine = new Machine(2);
    expect(machine.request("a x b:a y:x c:a")).toEqual(["start a@0", "start x@1"]);
    expect(machine.end("x", "x")).toEqual(["start y@1"]);
    expect(machine.end("a", "a")).toEqual(["start b@0"]);
    expect(machine.end("b", "a b")).toEqual(["start c@0"]);
  });
  it("keeps the order of a component also where one does not read from the other", () => {
    const component = set("list push length");
    const machine = new Machine(2);
    machine.request("list push length", { component });
    expect(machine.end("list", "list")).toEqual(["start push@0"]);
    expect(machine.end("push", "list push")).toEqual(["start length@0"]);
  });
  it("waits for the kernel that holds the values, also where another is free", () => {
    const machine = new Machine(2);
    machine.request("a");
    machine.end("a", "a");
    expect(machine.request("long", { component: set("a long") })).toEqual(["start long@0"]);
    expect(machine.request("b:a", { component: set("a b") })).toEqual([]);
    expect(machine.end("long", "a long")).toEqual(["start b@0"]);
  });
  it("gives a new component the kernel that holds least", () => {
    const machine = new Machine(2);
    machine.request("a");
    machine.end("a", "a");
    expect(machine.request("b")).toEqual(["start b@1"]);
  });
  it("does not take twice what waits already", () => {
    const machine = new Machine(1);
    machine.request("a b");
    expect(machine.request("b", { suffix: "2" })).toEqual([]);
    expect(machine.state.executions.map(({ run }) => run)).toEqual(["a", "b"]);
  });
  it("takes what waits already if its source changed since", () => {
    const machine = new Machine(1);
    machine.request("a b");
    machine.request("b", { suffix: "2", sourceHash: contentHashOfText("changed") });
    expect(machine.state.executions.map(({ run }) => run)).toEqual(["a", "b", "b2"]);
  });
  it("runs a running cell once more if asked, and not if it is only needed", () => {
    const machine = new Machine(2);
    machine.request("a");
    expect(machine.request("a", { suffix: "-needed", asked: false })).toEqual([]);
    expect(machine.request("a", { suffix: "-asked" })).toEqual([]);
    expect(machine.state.executions.map(({ run, state }) => `${run} ${state}`)).toEqual([
      "a running",
      "a-asked queued",
    ]);
    expect(machine.end("a", "a")).toEqual(["start a-asked@0"]);
  });
  it("tells how many stand before one at its place", () => {
    const machine = new Machine(1);
    machine.request("a b c");
    machine.request("r s", { place: AGENT });
    expect(["a", "b", "c", "r", "s", "none"].map((run) => ahead(machine.state, run as RunId))).toEqual([
      0, 1, 2, 0, 1, 0,
    ]);
  });
});

describe("stepExecutions given executions on an agent", () => {
  it("gives an agent one after the other, beside the kernels here", () => {
    const machine = new Machine(1);
    expect(machine.request("a b", { place: AGENT })).toEqual(["start a@agent"]);
    expect(machine.request("c")).toEqual(["start c@0"]);
    expect(machine.end("a")).toEqual(["start b@agent"]);
  });
  it("waits for what is needed and runs elsewhere", () => {
    const machine = new Machine(1);
    machine.request("a");
    expect(machine.request("b:a", { place: AGENT })).toEqual([]);
    expect(machine.end("a", "a")).toEqual(["start b@agent"]);
  });
  it("waits for what is needed and runs elsewhere, also if that was asked for later", () => {
    const machine = new Machine(1);
    machine.request("x a b:e", { place: AGENT });
    expect(machine.request("e")).toEqual(["start e@0"]);
    expect(machine.end("x")).toEqual(["start a@agent"]);
    expect(machine.end("a")).toEqual([]);
    expect(machine.end("e", "e")).toEqual(["start b@agent"]);
  });
  it("runs a cell once at a time, wherever", () => {
    const machine = new Machine(1);
    machine.request("a");
    expect(machine.request("a", { place: AGENT, suffix: "2" })).toEqual([]);
    expect(machine.end("a", "a")).toEqual(["start a2@agent"]);
  });
});

describe("stepExecutions given a failed execution", () => {
  it("drops the rest of what was asked for together, as Jupyter does", () => {
    const machine = new Machine(1);
    machine.request("a b c");
    machine.request("d", { request: 2 });
    expect(machine.end("a", "a", false)).toEqual(["drop b c because a", "start d@0"]);
  });
  it("drops what needs the cell, directly or not, whoever asked", () => {
    const machine = new Machine(1);
    machine.request("a");
    machine.request("b:a", { request: 2 });
    machine.request("x", { request: 3 });
    machine.request("c:b", { request: 4 });
    expect(machine.end("a", "", false)).toEqual(["drop b c because a", "start x@0"]);
  });
  it("lets what already runs go on", () => {
    const machine = new Machine(2);
    machine.request("a x");
    expect(machine.end("a", "a", false)).toEqual([]);
    expect(machine.state.executions.map(({ run }) => run)).toEqual(["x"]);
  });
  it("sends the next to another kernel when the values are gone with it", () => {
    const machine = new Machine(1);
    machine.request("a");
    machine.end("a", "a");
    machine.request("loop", { request: 2, component: set("a loop") });
    expect(machine.end("loop", "", false)).toEqual([]);
    expect(machine.state.kernels).toEqual([set("")]);
  });
});

describe("stepExecutions given stop-requested", () => {
  it("drops what waits and stops what runs, once", () => {
    const machine = new Machine(1);
    machine.request("a b");
    expect(machine.stop()).toEqual(["drop b", "stop a"]);
    expect(machine.stop()).toEqual([]);
    expect(machine.end("a", "", false)).toEqual([]);
  });
  it("drops one waiting cell and what needs it, and leaves the others", () => {
    const machine = new Machine(1);
    machine.request("a b c:b d");
    expect(machine.stop("b")).toEqual(["drop b c"]);
    expect(machine.end("a", "a")).toEqual(["start d@0"]);
  });
  it("starts what is not meant, as soon as what was stopped has ended", () => {
    const machine = new Machine(1);
    machine.request("loop");
    machine.request("b", { request: 2 });
    expect(machine.stop("loop")).toEqual(["stop loop"]);
    expect(machine.end("loop", "", false)).toEqual(["start b@0"]);
  });
});

describe("stepExecutions given what it does not know", () => {
  it("changes nothing", () => {
    const machine = new Machine(1);
    machine.request("a b");
    const before = machine.state;
    expect(machine.end("none")).toEqual([]);
    expect(machine.end("b")).toEqual([]);
    expect(machine.stop("none")).toEqual([]);
    expect(machine.step({ type: "kernel-lost", kernel: 7 })).toEqual([]);
    expect(machine.state).toEqual(before);
  });
});

describe("stepExecutions given a long notebook", () => {
  it("takes little time for each step, whether its 2,000 cells belong together or not", () => {
    const cells = Array.from({ length: 2_000 }, (_, at) => `c${at}`);
    for (const component of [undefined, set(cells.join(" "))]) {
      const machine = new Machine(3);
      machine.request(cells.join(" "), component ? { component } : {});
      const started = performance.now();
      for (let ended = 0; ended < 100; ended++) {
        const { run } = machine.state.executions.find(({ state }) => state === "running")!;
        expect(machine.end(run, run)).toHaveLength(1);
      }
      // A step takes about half a millisecond; a quadratic one would take hundreds.
      expect((performance.now() - started) / 100).toBeLessThan(20);
    }
  });
});

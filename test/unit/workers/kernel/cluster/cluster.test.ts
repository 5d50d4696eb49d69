// `cluster` of a cell, with the runtime of real kernels on all sides and no network between them.

import { describe, expect, it, vi } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { agent, errorIn, runOnCluster as run, shown } from "../../../../support/clusterRuns.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";

/** Milliseconds by which the clock was put on. Kernels take the clock before a cell can, so this comes before them. */
const clock = vi.hoisted(() => {
  // Test files share modules: those of another would have taken the clock already.
  vi.resetModules();
  const own = performance.now.bind(performance);
  const ahead = { ms: 0 };
  performance.now = () => own() + ahead.ms;
  return ahead;
});

describe("cluster", () => {
  it("maps on other computers, in the order of the items, with variables of other cells", async () => {
    const sources = {
      factor: "const factor = 3;",
      here: "await cluster.map((item, index) => item * factor + index, [1, 2, 3, 4, 5, 6, 7])",
    };
    const { outputs, used, closed } = await run(sources, [agent(2), agent(1, "Ben")]);
    expect(shown(outputs)).toEqual([3, 7, 11, 15, 19, 23, 27]);
    expect(new Set(used).size).toBe(2);
    expect(used.length).toBeLessThanOrEqual(3);
    expect(closed).toBe(true);
  });

  it("does all of it here where no computer takes tasks", async () => {
    const { outputs, used } = await run({ here: "await cluster.map(async (item) => item + 1, new Set([1, 2]))" }, []);
    expect(shown(outputs)).toEqual([2, 3]);
    expect(used).toEqual([]);
  });

  it("sends values that JSON does not have", async () => {
    const here = `const got = await cluster.map((item) => new Map([["a", [item, new Float32Array([1])]]]), [1n, -0, undefined]);
      got.map((map) => { const [value, floats] = map.get("a"); return [typeof value, Object.is(value, -0), floats.constructor.name, floats.length]; })`;
    const { outputs } = await run({ here }, [agent(2)]);
    expect(shown(outputs)).toEqual([
      ["bigint", false, "Float32Array", 1],
      ["number", true, "Float32Array", 1],
      ["undefined", false, "Float32Array", 1],
    ]);
  });

  it("reduces where the results are made", async () => {
    const here = `const items = Array.from({ length: 100 }, (_, index) => String(index % 10));
      [await cluster.reduce((one, other) => one + other, items), await cluster.mapReduce(Number, (a, b) => a + b, items.slice(0, 0).concat(["1"])).catch((error) => error.message),
       await cluster.mapReduce((text) => Number(text), (a, b) => a + b, items)]`;
    const { outputs } = await run({ here }, [agent(3)]);
    expect(shown(outputs)).toEqual([
      "0123456789".repeat(10),
      "a built-in function cannot travel: write one around it, as in (x) => Math.sqrt(x)",
      450,
    ]);
  });

  it("gives results as they come", async () => {
    const here = `const seen = [];
      for await (const [index, result] of cluster.asCompleted((item) => item * item, [1, 2, 3], { chunk: 1 })) seen.push([index, result]);
      seen.sort()`;
    const { outputs } = await run({ here }, [agent(2)]);
    expect(shown(outputs)).toEqual([
      [0, 1],
      [1, 4],
      [2, 9],
    ]);
  });

  it("names the item that failed and where, and what was printed there is shown", async () => {
    const here = `await cluster.map((item) => { console.log("at", item); return item.nope.x; }, [{ nope: { x: 1 } }, {}], { chunk: 2 })`;
    const { outputs } = await run({ here }, [agent(1)]);
    expect(errorIn(outputs)).toBe("item 1: TypeError: Cannot read properties of undefined (reading 'x') (on Ada)");
    expect(JSON.stringify(outputs)).toContain("at { nope: { x: 1 } }");
  });

  it("names what cannot travel", async () => {
    const here = `await cluster.map((item) => item, [1, 2, { deep: [() => 1] }])`;
    const { outputs } = await run({ here }, [agent(1)]);
    expect(errorIn(outputs)).toBe("items[2].deep[0] cannot travel to another computer: a function");
  });

  it("gives a task to another computer when one is lost, and gives up after some", async () => {
    class Lost extends MemoryKernel {
      override execute(): Promise<never> {
        return Promise.reject(new KernelLostError(this.id, { cause: new Error("the agent fell silent") }));
      }
    }
    let lost = 2;
    const some = await run({ here: "await cluster.map((item) => item + 1, [1, 2, 3, 4])" }, [agent(2)], () =>
      lost-- > 0 ? new Lost() : new MemoryKernel(),
    );
    expect(shown(some.outputs)).toEqual([2, 3, 4, 5]);
    const all = await run(
      { here: "await cluster.map((item) => item + 1, [1], { retries: 1 })" },
      [agent(1)],
      () => new Lost(),
    );
    expect(errorIn(all.outputs)).toBe("given up after 2 tries: Ada: the agent fell silent");
  });

  it("keeps away from a computer that lost a task, though it is still shown as here", async () => {
    class Frozen extends MemoryKernel {
      override execute(): Promise<never> {
        return Promise.reject(new KernelLostError(this.id, { cause: new Error("the agent fell silent") }));
      }
    }
    const [ada, ben] = [agent(1), agent(1, "Ben")];
    const { outputs, used } = await run(
      { here: "await cluster.map((item) => item + 1, [1, 2, 3, 4, 5, 6], { chunk: 1, retries: 1 })" },
      [ada, ben],
      (peer) => (peer === ben.peer ? new Frozen() : new MemoryKernel()),
    );
    expect(shown(outputs)).toEqual([2, 3, 4, 5, 6, 7]);
    expect(used.filter((peer) => peer === ben.peer)).toHaveLength(1);
  });

  it("goes on here when all computers leave in the middle", async () => {
    const agents = [agent(2)];
    class Leaving extends MemoryKernel {
      override execute(): Promise<never> {
        agents.length = 0;
        return Promise.reject(new KernelLostError(this.id, { cause: new Error("the agent left") }));
      }
    }
    const here = "await cluster.mapReduce((item) => item + 1, (a, b) => a + b, [1, 2, 3, 4, 5, 6], { chunk: 2 })";
    let kernels = 0;
    const { outputs } = await run({ here }, agents, () => (kernels++ === 0 ? new MemoryKernel() : new Leaving()));
    expect([errorIn(outputs), shown(outputs)]).toEqual(["", "27"]);
  });

  it.each([
    ["chunk: 'some'", 'chunk is how many items go together: give a number from 1, not "some"'],
    ["chunk: 0", "chunk is how many items go together: give a number from 1, not 0"],
    ["chunk: NaN", "chunk is how many items go together: give a number from 1, not NaN"],
    ["retries: 'many'", 'retries is how often a lost part is given away again: give a number from 0, not "many"'],
    ["retries: -1", "retries is how often a lost part is given away again: give a number from 0, not -1"],
  ])("refuses %s and says what it must be", async (option, message) => {
    for (const agents of [[agent(2)], []]) {
      const { outputs } = await run({ here: `await cluster.map((item) => item, [1, 2], { ${option} })` }, agents);
      expect(errorIn(outputs)).toBe(message);
    }
  });

  it("takes items from whatever gives them one after another, and says what else they must be", async () => {
    const here = `async function* later() { yield 1; yield 2; }
      const double = (items) => cluster.map((x) => x * 2, items);
      const sum = (items) => cluster.reduce((a, b) => a + b, items);
      const asks = [double(later()), sum(later()), double(new Set([3, 4])), sum(new Set([3, 4]))];
      const bad = [10, undefined, null].map((items) => { try { return double(items); } catch (error) { return error.message; } });
      [...(await Promise.all(asks)), ...bad]`;
    const { outputs } = await run({ here }, [agent(2)]);
    const must = "the items must be a list, or what can be gone through like one, not";
    expect(shown(outputs)).toEqual([[2, 4], 3, [6, 8], 7, `${must} number`, `${must} undefined`, `${must} null`]);
  });

  it.each([
    ["many short items away together soon, however long the first took", [60_000, 0], 500, [1, 12]],
    ["many short items away together, however long the way is", [60_000, 80], 500, [1, 12]],
    ["items that take long away one by one", [2_000, 2_000], 12, [12, 12]],
  ] as const)("gives %s", async (_, [first, later], items, [least, most]) => {
    class Slow extends MemoryKernel {
      #begun = false;
      override async execute(...given: Parameters<MemoryKernel["execute"]>): ReturnType<MemoryKernel["execute"]> {
        clock.ms += this.#begun ? later : first;
        this.#begun = true;
        tasks += 1;
        return super.execute(...given);
      }
    }
    let tasks = 0;
    const here = `(await cluster.map((item) => item + 1, Array.from({ length: ${items} }, (_, n) => n))).length`;
    const { outputs } = await run({ here }, [agent(1)], () => new Slow());
    expect(shown(outputs)).toBe(String(items));
    expect(tasks).toBeGreaterThanOrEqual(least);
    expect(tasks).toBeLessThanOrEqual(most);
  });

  it("never has more kernels than there are slots, however many tasks a cell asks for", async () => {
    const here = `const all = [1, 2, 3, 4].map(() => cluster.map((item) => item * 2, [1, 2, 3, 4, 5, 6], { chunk: 1 }));
      (await Promise.all(all)).flat().length`;
    const { outputs, used } = await run({ here }, [agent(2)]);
    expect(shown(outputs)).toBe("24");
    expect(used.length).toBe(2);
  });

  it("asks only computers that have the languages of the cells it reads", async () => {
    const { used } = await run({ here: "await cluster.map((item) => item, [1])" }, [agent(1, "Cy", ["python"])]);
    expect(used).toEqual([]);
  });

  it("takes along what functions read of their own cell: data, functions, and functions of functions", async () => {
    const here = `const n = 3; const offsets = new Map([["a", 1]]);
      const times = (item) => item * n; function shifted(item) { return times(item) + offsets.get("a"); }
      await cluster.map((item) => shifted(item), [1, 2, 3])`;
    const { outputs, used } = await run({ here }, [agent(1)]);
    expect(shown(outputs)).toEqual([4, 7, 10]);
    expect(used).toHaveLength(1);
  });

  it("says what to do about a name that could not come along", async () => {
    const inner = `const call = async () => { const n = 3; return cluster.map((item) => item * n, [1]); }; await call()`;
    expect(errorIn((await run({ here: inner }, [agent(1)])).outputs)).toBe(
      "item 0: ReferenceError: n is not defined (on Ada). A function takes along what cells define, and not the variables " +
        "of a function around it: hand “n” over with the items, or define it at the top of the cell",
    );
    const weak = `const seen = new WeakMap(); await cluster.map((item) => seen.has(item), [1])`;
    expect(errorIn((await run({ here: weak }, [agent(1)])).outputs)).toContain(
      "It stayed on this computer: seen cannot travel to another computer",
    );
  });

  it("broadcasts a value once to each kernel, also a large one in pieces", async () => {
    const here = `const table = await cluster.broadcast(Array.from({ length: 30000 }, (_, index) => "é" + index));
      await cluster.map((item) => table.value[item], [0, 1, 29999], { chunk: 1 })`;
    const { outputs } = await run({ here }, [agent(1)]);
    expect(shown(outputs)).toEqual(["é0", "é1", "é29999"]);
    const large = `const big = "x".repeat(50000); await cluster.map((item) => big.length, [1])`;
    expect(errorIn((await run({ here: large }, [agent(1)])).outputs)).toContain("give it to cluster.broadcast first");
  });

  it("scatters, waits at a barrier, and reduces for all", async () => {
    const here = `const parts = await cluster.scatter([1, 2, 3, 4, 5]);
      const seen = []; cluster.map((item) => item, [1, 2]).then(() => seen.push("done"));
      await cluster.barrier(); seen.push("after");
      const sum = await cluster.allReduce((one, other) => one + other, parts.flat());
      [parts, seen, sum.value, await cluster.map((item) => item / sum.value, [15])]`;
    const { outputs } = await run({ here }, [agent(1), agent(1, "Ben")]);
    expect(shown(outputs)).toEqual([
      [
        [1, 2, 3],
        [4, 5],
      ],
      ["done", "after"],
      15,
      [1],
    ]);
    const alone = await run({ here }, []);
    expect(shown(alone.outputs)).toEqual([[[1, 2, 3, 4, 5]], ["done", "after"], 15, [1]]);
  });
});

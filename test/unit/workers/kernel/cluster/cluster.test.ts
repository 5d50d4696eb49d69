// `cluster` of a cell, with the runtime of real kernels on all sides and no network between them.

import { describe, expect, it } from "vitest";
import { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { ClusterTasks } from "#shared/session/cluster/ClusterTasks.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import type { AgentView } from "#shared/session/views.ts";
import { CellRuntime } from "../../../../../workers/kernel/CellRuntime.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";
import { flowOf, programIn } from "../../../../support/programs.ts";

const agent = (slots: number, name = "Ada", languages: readonly string[] = ["javascript"]): AgentView => ({
  ...{ peer: PeerId.parse(name.padEnd(22, "A"))!, name, languages, slots, freeSlots: slots, isolationLevel: 2 },
});

/** Runs cell `here` of a notebook whose other cells are `others`; gives what it shows and where its tasks were done. */
async function run(
  sources: Readonly<Record<string, string>>,
  agents: readonly AgentView[],
  kernel: (peer: PeerId) => Kernel | undefined = () => new MemoryKernel(),
): Promise<{ readonly outputs: readonly CellOutput[]; readonly used: readonly PeerId[]; readonly closed: boolean }> {
  const flow = flowOf(sources);
  const used: PeerId[] = [];
  const open = new Set<Kernel>();
  const tasks = new ClusterTasks(
    {
      agents: () => agents,
      kernel: (peer) => {
        used.push(peer);
        const made = kernel(peer);
        if (made === undefined) return undefined;
        const close = made.close.bind(made);
        open.add(made);
        made.close = () => {
          open.delete(made);
          close();
        };
        return made;
      },
    },
    { flow, cell: CellId.parse("here")! },
  );
  const outputs: CellOutput[] = [];
  const runtime = new CellRuntime(
    (_, events) => outputs.push(...events),
    (_, task) => tasks.answer(task),
  );
  const others = Object.keys(sources).filter((id) => id !== "here");
  await runtime.execute(
    RunId.create(),
    programIn(flow, "here"),
    others.map((id) => programIn(flow, id)),
  );
  tasks.close();
  return { outputs, used, closed: open.size === 0 };
}

const shown = (outputs: readonly CellOutput[]): unknown =>
  outputs.flatMap((output) =>
    output.output_type === "execute_result" ? [output.data["application/json"] ?? output.data["text/plain"]] : [],
  )[0];
const errorIn = (outputs: readonly CellOutput[]): string =>
  outputs.flatMap((output) => (output.output_type === "error" ? [output.evalue] : [])).join();

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
});

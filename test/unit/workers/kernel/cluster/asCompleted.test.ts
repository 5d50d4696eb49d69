import { describe, expect, it } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { agent, runOnCluster as run, shown } from "../../../../support/clusterRuns.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";

describe("cluster.asCompleted", () => {
  it.each([
    ["on other computers", [agent(2)], " (on Ada)"],
    ["here", [], ""],
  ] as const)(
    "gives the error of an item that failed as its result, %s, and goes on with the others",
    async (_, agents, on) => {
      const here = `const seen = [];
      const work = (item) => { if (item === 2) throw new RangeError("no twos"); return item * 10; };
      for await (const [index, result] of cluster.asCompleted(work, [1, 2, 3, 4, 5], { chunk: 3 })) {
        seen.push([index, result instanceof Error ? result.message : result]);
      }
      seen.sort()`;
      expect(shown((await run({ here }, agents)).outputs)).toEqual([
        [0, 10],
        [1, `item 1: RangeError: no twos${on}`],
        [2, 30],
        [3, 40],
        [4, 50],
      ]);
    },
  );

  it("tells the items that could not travel, or not back, or were lost, each with its reason", async () => {
    const source = (items: string): string => `const seen = [];
      const work = (item) => item === 2 ? () => item : item;
      for await (const [index, result] of cluster.asCompleted(work, ${items}, { retries: 0 })) {
        seen.push([index, result instanceof Error ? result.message : result]);
      }
      seen.sort()`;
    const cannot = "cannot travel to another computer: a function";
    expect(shown((await run({ here: source("[1, 2, { deep: () => 1 }, 4]") }, [agent(1)])).outputs)).toEqual([
      [0, 1],
      [1, `the result of item 1 ${cannot} (on Ada)`],
      [2, `items[2].deep ${cannot}`],
      [3, 4],
    ]);
    let kernels = 0;
    class Lost extends MemoryKernel {
      override execute(): Promise<never> {
        return Promise.reject(new KernelLostError(this.id, { cause: new Error("the agent fell silent") }));
      }
    }
    const { outputs } = await run({ here: source("[1, 3]") }, [agent(1)], () =>
      kernels++ === 0 ? new Lost() : new MemoryKernel(),
    );
    expect(shown(outputs)).toEqual([
      [0, "given up after 1 tries: Ada: the agent fell silent"],
      [1, 3],
    ]);
  });
});

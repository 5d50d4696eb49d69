// A cell that runs on every computer of the class, with the runtime of real kernels and no network between them.

import { describe, expect, it } from "vitest";
import { KernelLostError } from "#shared/base/errors.ts";
import { PeerId } from "#shared/base/ids.ts";
import { parseGathered, type GatheredPart } from "#shared/notebook/gathered/gathered.ts";
import { GATHERED_MIME } from "#shared/notebook/gathered/gatheredMime.ts";
import { parseOutput } from "#shared/notebook/output.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { EverybodyKernel } from "#shared/session/everybody/EverybodyKernel.ts";
import type { AgentView } from "#shared/session/views.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";
import { id, RunnerBench } from "../../../../support/RunnerBench.ts";
import { untilTrue } from "../../../../support/until.ts";

const agent = (name: string, languages: readonly string[] = ["javascript"]): AgentView => ({
  ...{ peer: PeerId.parse(name.padEnd(22, "A"))!, name, languages, slots: 1, freeSlots: 1, isolationLevel: 2 },
});

class Leaving extends MemoryKernel {
  override execute(): Promise<never> {
    return Promise.reject(new KernelLostError(this.id, { cause: new Error("the agent left") }));
  }
}

const blobs = new MemoryBlobStore();

function bench(sources: Record<string, string>, agents: readonly AgentView[], kernel?: (peer: PeerId) => Kernel) {
  const place = { agents: () => agents, kernel: kernel ?? (() => new MemoryKernel()) };
  return new RunnerBench(sources, { everybody: () => new EverybodyKernel(place, new FakeClock()), blobs });
}

async function runOnAll(given: RunnerBench, cell: string): Promise<readonly GatheredPart[]> {
  given.runner.execute([id(cell)], { at: "everybody" });
  await given.idle();
  const ref = given.record(cell)!.outputs.find(({ mime }) => mime === GATHERED_MIME);
  if (ref === undefined) return [];
  const text = ref.inline ?? new TextDecoder().decode(await blobs.get(ref.hash));
  const output = parseOutput(JSON.parse(text));
  return parseGathered(output?.output_type === "display_data" ? output.data[GATHERED_MIME] : undefined);
}

describe("a cell that runs on everybody", () => {
  it("runs once on each computer that has its language, and says what each gave", async () => {
    const given = bench(
      { factor: "const factor = 2;", many: "console.log('hello');\nconst twice = factor * 21;\ntwice" },
      [agent("Ada"), agent("Ben"), agent("Cy", ["python"])],
    );
    const parts = await runOnAll(given, "many");
    const facts = parts.map(({ name, status, kept, outputs }) => [name, status, kept.values, outputs.length]);
    expect(facts).toEqual([
      ["Ada", "ok", { twice: "[42]" }, 2],
      ["Ben", "ok", { twice: "[42]" }, 2],
    ]);
    expect(given.record("many")!.where).toEqual({ at: "everybody" });
    expect(given.record("many")!.status).toBe("ok");
  });

  it("gives the array to cells that read it, without executing it here", async () => {
    const given = bench(
      {
        many: "globalThis.made = (globalThis.made ?? 0) + 1;\nconst where = { n: 7, when: new Date(0) };\nconst fn = () => 1;",
        reads:
          "[where.map(({ name, status, value }) => [name, status, value?.n ?? 0, value?.when instanceof Date]), where[1].error, fn[0].error]",
      },
      [agent("Ada"), agent("Ben")],
      (peer) => (peer.startsWith("Ben") ? new Leaving() : new MemoryKernel()),
    );
    await runOnAll(given, "many");
    const made = (globalThis as { made?: number }).made;
    await given.run("reads");
    const shown = given.outputs("reads")[0]!;
    expect(shown).toMatchObject({
      data: {
        "application/json": [
          [
            ["Ada", "ok", 7, true],
            ["Ben", "left", 0, false],
          ],
          "the agent left",
          "fn cannot travel to another computer: a function",
        ],
      },
    });
    expect((globalThis as { made?: number }).made).toBe(made);
  });

  it("is an error where all failed, with the reason of each", async () => {
    const given = bench({ many: "const x = nope;" }, [agent("Ada")]);
    const [part] = await runOnAll(given, "many");
    expect(part).toMatchObject({ name: "Ada", status: "error", error: "ReferenceError: nope is not defined" });
    expect(given.record("many")!.status).toBe("error");
  });

  it("says so where no computer can run it", async () => {
    const given = bench({ many: "1" }, [agent("Cy", ["python"])]);
    expect(await runOnAll(given, "many")).toEqual([]);
    const notRun = "no computer of the class that is here now runs JavaScript";
    expect(JSON.stringify(given.outputs("many"))).toContain(notRun);
    expect(given.record("many")).toMatchObject({ status: "error", where: { at: "everybody" }, notRun });
  });

  it("can be stopped", async () => {
    const given = bench({ many: "await new Promise(() => {});" }, [agent("Ada")]);
    given.runner.execute([id("many")], { at: "everybody" });
    await untilTrue("it runs", () => given.activity("many").state === "running");
    given.runner.stop([id("many")]);
    await given.idle();
    expect(given.record("many")!.status).toBe("interrupted");
  });
});

describe("parseGathered", () => {
  it("leaves out what no sound peer writes", () => {
    const part = { peer: "A".repeat(22), name: "Ada", status: "ok", error: "", duration: 3, outputs: [], kept: {} };
    const nested = {
      output_type: "display_data",
      metadata: {},
      data: { [GATHERED_MIME]: { parts: [] }, "text/plain": "x" },
    };
    const hostile = [{ ...part, peer: "../" }, { ...part, status: "rich" }, 4, { ...part, outputs: [nested, 3] }];
    const parsed = parseGathered({ parts: hostile });
    expect(parsed).toHaveLength(1);
    expect(parsed[0]!.outputs).toEqual([{ output_type: "display_data", metadata: {}, data: { "text/plain": "x" } }]);
    expect(parseGathered({ parts: "many" })).toEqual([]);
  });
});

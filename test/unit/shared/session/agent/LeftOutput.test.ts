import { describe, expect, it } from "vitest";
import type { PeerId } from "#shared/base/ids.ts";
import { ms } from "#shared/base/units.ts";
import { parseBroughtRun } from "#shared/contracts/host/finishedRoute.ts";
import { acceptOffer, addItem, type AgentJob } from "#shared/jobs/agentJob.ts";
import { kernelKey } from "#shared/jobs/jobKey.ts";
import { encodeItem } from "#shared/jobs/outputLog.ts";
import { LeftOutput } from "#shared/session/agent/LeftOutput.ts";
import { LEFT_AFTER } from "#shared/session/agent/LeftRuns.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { offerOf, peerOf } from "../../../../support/jobs/messages.ts";

class Bench {
  readonly clock = new FakeClock();
  readonly here = new Set<PeerId>();
  /** Texts of all outputs, each time they were brought. */
  readonly brought: string[] = [];
  answer: "written" | "refused" | "later" = "written";
  job: AgentJob | undefined = begun();
  readonly jobs = { in: () => (this.job === undefined ? [] : [this.job]) };
  readonly left = new LeftOutput({
    clock: this.clock,
    state: () => this,
    delivery: {
      deliver: (_notebook, body) => {
        const run = parseBroughtRun(JSON.parse(new TextDecoder().decode(body)));
        const texts = run?.outputs.map((output) => (output.output_type === "stream" ? output.text : "?"));
        this.brought.push(`${run?.status}: ${texts?.join("|")}`);
        return Promise.resolve(this.answer);
      },
    },
  });

  print(text: string): void {
    this.job = addItem(this.job!, encodeItem([{ output_type: "stream", name: "stdout", text }]));
    this.left.note();
  }

  leave(): void {
    this.here.clear();
    this.left.note();
  }
}

function begun(): AgentJob {
  const job = acceptOffer(peerOf("a"), offerOf("one"), ms(0));
  const kernel = kernelKey(job.from, offerOf("one").kernel);
  const rest = { lane: job.key, waited: undefined, cost: ms(0), stopping: false, replaced: false };
  return { ...job, stage: { name: "running", kernel, shared: undefined, since: ms(0), ...rest } };
}

describe("LeftOutput", () => {
  it("brings all output so far, again when there is more, once its requester has been away for a while", async () => {
    const bench = new Bench();
    bench.here.add(peerOf("a"));
    bench.print("1\n");
    await bench.clock.advanceAsync(ms(60_000));
    bench.leave();
    await bench.clock.advanceAsync(ms(LEFT_AFTER - 1));
    expect(bench.brought).toEqual([]);
    await bench.clock.advanceAsync(ms(10_000));
    expect(bench.brought).toEqual(["running: 1\n"]);
    bench.print("2\n");
    bench.print("3\n");
    await bench.clock.advanceAsync(ms(60_000));
    expect(bench.brought).toEqual(["running: 1\n", "running: 1\n2\n3\n"]);
  });

  it("brings nothing more when its requester is back, or when it has ended", async () => {
    const bench = new Bench();
    bench.print("1\n");
    bench.here.add(peerOf("a"));
    await bench.clock.advanceAsync(ms(60_000));
    bench.leave();
    bench.job = undefined;
    await bench.clock.advanceAsync(ms(60_000));
    expect(bench.brought).toEqual([]);
  });

  it("brings much output less often", async () => {
    const bench = new Bench();
    const brought = async (size: number): Promise<number> => {
      bench.brought.length = 0;
      bench.print("x".repeat(size));
      for (let second = 0; second < 40; second++) {
        bench.print("y");
        await bench.clock.advanceAsync(ms(1_000));
      }
      return bench.brought.length;
    };
    const little = await brought(10);
    const much = await brought(200_000);
    expect(little).toBeGreaterThan(30);
    expect(much).toBeLessThan(8);
    expect(much).toBeGreaterThan(2);
  });

  it("asks a host again that could not be asked, and none that refused", async () => {
    const bench = new Bench();
    bench.answer = "later";
    bench.print("1\n");
    await bench.clock.advanceAsync(ms(30_000));
    const tries = bench.brought.length;
    expect(tries).toBeGreaterThan(2);
    bench.answer = "refused";
    bench.print("2\n");
    await bench.clock.advanceAsync(ms(30_000));
    bench.print("3\n");
    await bench.clock.advanceAsync(ms(60_000));
    expect(bench.brought).toHaveLength(tries + 1);
  });
});

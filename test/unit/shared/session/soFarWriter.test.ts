import { afterEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { outputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { setNotebookTimeLimit } from "#shared/notebook/runOptions.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { printedPieces } from "#shared/session/execution/soFar/printedPieces.ts";
import type { FakeExecution } from "../../../support/FakeKernel.ts";
import { id, RunnerBench } from "../../../support/RunnerBench.ts";
import { untilTrue } from "../../../support/until.ts";

/** Counts what is stored. */
class CountingBlobs extends MemoryBlobStore {
  stored = 0;
  override put(content: Uint8Array): Promise<ContentHash> {
    this.stored += content.length;
    return super.put(content);
  }
}

let bench: RunnerBench;
const blobs = new CountingBlobs();
afterEach(() => bench.runner.close());

async function running(): Promise<FakeExecution> {
  bench = RunnerBench.fake({ a: "1" }, { blobs });
  setNotebookTimeLimit(bench.doc, undefined);
  blobs.stored = 0;
  bench.runner.execute([id("a")]);
  await untilTrue("it runs", () => bench.started[0]?.executions.length === 1);
  bench.clock.advance(seconds(0.2));
  return bench.started[0]!.last;
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const refs = () => outputsSoFar(bench.doc, id("a"), bench.record("a")!);

/** What everybody else can read of the run now. */
async function seen(): Promise<string> {
  const outputs = await Promise.all(
    refs().map(async ({ inline, hash }) => {
      const text = inline ?? new TextDecoder().decode(await blobs.get(hash));
      return JSON.parse(text) as CellOutput;
    }),
  );
  return outputs.map((output) => (output.output_type === "stream" ? output.text : output.output_type)).join("");
}

describe("what a run gives while it goes on", () => {
  it("is in the document a second later, and only at its end in the record", async () => {
    const execution = await running();
    execution.print("one\n");
    bench.clock.advance(seconds(0.5));
    execution.print("two\n");
    expect(await seen()).toBe("");
    bench.clock.advance(seconds(0.5));
    expect(await seen()).toBe("one\ntwo\n");
    expect(bench.record("a")?.outputs).toEqual([]);
    execution.end();
    await bench.idle();
    expect(bench.text("a")).toBe("one\ntwo\n");
    expect(refs()).toEqual([]);
  });

  it("is not written by a run that is over within the second, nor after the end", async () => {
    const execution = await running();
    let written = 0;
    bench.doc.getMap("soFar").observe(() => written++);
    execution.print("one\n");
    execution.end();
    await bench.idle();
    bench.clock.advance(seconds(5));
    expect(written).toBe(0);
  });

  it("is whole however much there is, and stored about twice at most, however slowly it comes", async () => {
    const execution = await running();
    const line = `${"measured 12.5 ".repeat(10)}\n`;
    let printed = "";
    for (let at = 0; at < 1_000; at++) {
      execution.print(line);
      printed += line;
      bench.clock.advance(seconds(1));
      await settled();
    }
    await untilTrue("all is told", () => {
      bench.clock.advance(seconds(5));
      return refs().reduce((sum, { size }) => sum + size, 0) > printed.length;
    });
    expect(await seen()).toBe(printed);
    expect(blobs.stored).toBeLessThan(2.2 * printed.length);
  });

  it("does not make the document grow with time", async () => {
    const execution = await running();
    const size = (): number => Y.encodeStateAsUpdate(bench.doc).length;
    const tick = (count: number): void => {
      for (let at = 0; at < count; at++) {
        execution.output({
          output_type: "display_data",
          data: { "application/vnd.meshbook.progress+json": { done: at, total: 10_000 } },
          metadata: {},
        });
        bench.clock.advance(seconds(1));
      }
    };
    tick(10);
    const early = size();
    tick(1_000);
    expect(await seen()).toBe("display_data");
    expect(size() - early).toBeLessThan(100);
  });

  it("is told less often the more of it there is", async () => {
    const execution = await running();
    let written = 0;
    bench.doc.getMap("soFar").observe(() => written++);
    for (let at = 0; at < 60; at++) {
      // 200 outputs of 1,000 characters are more than three times what may be told in a second.
      for (let each = 0; each < (at === 0 ? 200 : 1); each++) {
        execution.output({ output_type: "display_data", data: { "text/plain": `${at}`.padEnd(900) }, metadata: {} });
      }
      bench.clock.advance(seconds(1));
    }
    expect(written).toBeGreaterThan(10);
    expect(written).toBeLessThan(21);
  });
});

describe("printedPieces", () => {
  const printed = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });
  const texts = (text: string): string[] =>
    printedPieces(printed(text)).map((piece) => (piece.output_type === "stream" ? piece.text : ""));

  it("keeps those in front as they are while more is printed", () => {
    const text = "0123456789".repeat(20_000);
    const before = texts(text.slice(0, 150_000));
    const after = texts(text.slice(0, 150_400));
    expect(after.join("")).toBe(text.slice(0, 150_400));
    expect(after.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
    expect(before.length).toBeLessThan(2 + 8 + 18);
  });

  it("leaves anything else, and a few words, whole", () => {
    const error: CellOutput = { output_type: "error", ename: "E", evalue: "x".repeat(9_000), traceback: [] };
    expect(printedPieces(error)).toEqual([error]);
    expect(texts("short")).toEqual(["short"]);
    expect(texts("")).toEqual([""]);
  });
});

// Cells whose result is kept: two people with replicas of one notebook, each with kernels of their own.

import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { ContentHash, RoomId, type PeerId } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { setCellSource } from "#shared/notebook/editCells.ts";
import { endRun } from "#shared/notebook/editRuns.ts";
import { KEPT_AGE } from "#shared/notebook/kept/keptResult.ts";
import { setMemo } from "#shared/notebook/kept/memoMark.ts";
import type { KeptMark } from "#shared/notebook/runRecord.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { KeptResults } from "#shared/session/kept/KeptResults.ts";
import { NodeSigner } from "../../../../../workers/agent/NodeSigner.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";
import { id, RunnerBench } from "../../../../support/RunnerBench.ts";

const room = RoomId.create();
/** What a run of a cell leaves behind outside of the notebook: kernels of these tests are in this thread. */
const counted = globalThis as { ran?: number };
const COUNT = "globalThis.ran = (globalThis.ran ?? 0) + 1;";
const ran = (): number => counted.ran ?? 0;
beforeEach(() => (counted.ran = 0));

const ANA = NodeSigner.create();
const BEN = NodeSigner.create();

interface Pair {
  readonly ana: RunnerBench;
  readonly ben: RunnerBench;
}

/** `memo`: the cells that are marked. */
function pair(
  sources: Record<string, string>,
  memo: readonly string[],
  mayRun: (peer: PeerId) => boolean = () => true,
): Pair {
  const blobs = new MemoryBlobStore();
  const kept =
    (name: string, signer: NodeSigner) =>
    (doc: Y.Doc, clock: RunnerBench["clock"]): KeptResults =>
      new KeptResults({ doc, blobs, clock, signer, room: () => room, name: () => name, mayRun });
  const elsewhere = new MemoryKernel();
  const shared = { blobs, kernelFor: () => ({ kernel: elsewhere, name: "lab" }) };
  const ana = new RunnerBench(sources, { ...shared, kept: kept("Ana", ANA) });
  for (const cell of memo) setMemo(ana.doc, id(cell), true);
  const replica = Y.encodeStateAsUpdate(ana.doc);
  const ben = new RunnerBench({}, { ...shared, kept: kept("Ben", BEN), replica });
  ana.doc.on("update", (update: Uint8Array, origin) => origin !== "sync" && Y.applyUpdate(ben.doc, update, "sync"));
  ben.doc.on("update", (update: Uint8Array, origin) => origin !== "sync" && Y.applyUpdate(ana.doc, update, "sync"));
  return { ana, ben };
}

const keptOf = (bench: RunnerBench, cell: string): KeptMark | undefined => bench.record(cell)?.kept;
const keyOf = (bench: RunnerBench, cell: string): string => {
  const kept = keptOf(bench, cell);
  return kept !== undefined && "key" in kept ? kept.key : `none: ${kept?.refused}`;
};
const fromOf = (bench: RunnerBench, cell: string): string | undefined => {
  const kept = keptOf(bench, cell);
  return kept !== undefined && "key" in kept ? kept.from?.name : undefined;
};

describe("a cell whose result is kept", () => {
  it("is not run again by somebody else with the same inputs, who is told whose result it is", async () => {
    const { ana, ben } = pair({ n: "const n = 3;", slow: `${COUNT} const dice = [Math.random(), n]; dice[0]` }, [
      "slow",
    ]);
    await ana.run("slow");
    const shown = ana.text("slow");
    await ben.run("slow");
    expect([ben.text("slow"), ran(), fromOf(ben, "slow"), ben.record("slow")!.status]).toEqual([shown, 1, "Ana", "ok"]);
    expect(keyOf(ben, "slow")).toBe(keyOf(ana, "slow"));
    expect(ben.record("slow")!.by).not.toBe(ANA.peer);
  });

  it("gives none of another cell's values, whatever its record says", async () => {
    const { ana, ben } = pair({ low: "const rate = 'low';", high: "const rate = 'high';", reads: "rate" }, [
      "low",
      "high",
    ]);
    await ana.run("low");
    await ana.run("high");
    // Somebody who may write results names the key of one that Ana signed, of another cell that defines the same name.
    const record = ana.record("high")!;
    const key = ContentHash.parse(keyOf(ana, "low"))!;
    endRun(ana.doc, id("high"), { ...record, kept: { key } });
    expect(keyOf(ben, "high")).toBe(key);
    await ben.run("reads");
    expect(ben.text("reads")).toContain("high");
  });

  it("gives its values to cells that read it, in kernels that never ran it", async () => {
    const { ana, ben } = pair({ slow: `${COUNT} const dice = Math.random();`, reads: "dice" }, ["slow"]);
    await ana.run("slow");
    await ana.run("reads");
    await ben.run("reads");
    expect([ben.text("reads"), ran()]).toEqual([ana.text("reads"), 1]);
  });

  it("is run again where an input has another value, the code is another, or somebody wants it", async () => {
    const { ana, ben } = pair({ n: "const n = 3;", slow: `${COUNT} const dice = n * 2; dice` }, ["slow"]);
    await ana.run("slow");
    setCellSource(ana.doc, id("n"), "const n = 4;");
    await ben.run("slow");
    expect([ben.text("slow"), ran(), fromOf(ben, "slow")]).toEqual(["8", 2, undefined]);
    setCellSource(ana.doc, id("slow"), `${COUNT} const dice = n * 3; dice`);
    await ben.run("slow");
    expect([ben.text("slow"), ran()]).toEqual(["12", 3]);
    ana.runner.execute([id("slow")], { at: "here" }, { anew: true });
    await ana.idle();
    expect([ran(), fromOf(ana, "slow")]).toEqual([4, undefined]);
  });

  it("is found again when an input has the value that it had before, wherever that came from", async () => {
    const { ana } = pair({ n: "const n = 3;", slow: `${COUNT} const dice = n * 2; dice` }, ["slow"]);
    await ana.run("slow");
    setCellSource(ana.doc, id("n"), "const n = 4;");
    await ana.run("slow");
    setCellSource(ana.doc, id("n"), "const n = 1 + 2;");
    await ana.run("slow");
    expect([ana.text("slow"), ran(), fromOf(ana, "slow")]).toEqual(["6", 2, "Ana"]);
  });

  it("may read functions: they are told from one another by their code and what that reads", async () => {
    const sources = { k: "const k = 2;", f: "const f = (x) => x * k;", slow: `${COUNT} const dice = f(21); dice` };
    const { ana, ben } = pair(sources, ["slow"]);
    await ana.run("slow");
    await ben.run("slow");
    expect([ben.text("slow"), ran(), fromOf(ben, "slow")]).toEqual(["42", 1, "Ana"]);
    setCellSource(ana.doc, id("k"), "const k = 3;");
    await ben.run("slow");
    expect([ben.text("slow"), ran()]).toEqual(["63", 2]);
  });

  it("says why it cannot be kept", async () => {
    const { ana, ben } = pair(
      {
        f: `${COUNT} const f = () => 1;`,
        p: "const p = new WeakMap();",
        q: "const q = p.has({});",
        e: "throw new Error('no')",
      },
      ["f", "q", "e"],
    );
    await ana.run("f");
    await ben.run("f");
    expect([keptOf(ana, "f"), ran()]).toEqual([{ refused: "f cannot travel to another computer: a function" }, 2]);
    await ana.run("q");
    expect(JSON.stringify(keptOf(ana, "q"))).toContain("it reads a value that cannot be compared: p cannot travel");
    await ana.run("e");
    expect([keptOf(ana, "e"), notebookRoots(ana.doc).kept.size]).toEqual([undefined, 0]);
  });

  it("is decided before an agent is asked to run it, and kept of what an agent ran", async () => {
    const { ana, ben } = pair({ n: "const n = 3;", slow: `${COUNT} const dice = [Math.random(), n]; dice[0]` }, [
      "slow",
    ]);
    ana.runner.execute([id("slow")], { at: "agent", agent: ANA.peer });
    await ana.idle();
    ben.runner.execute([id("slow")], { at: "agent", agent: ANA.peer });
    await ben.idle();
    expect([ben.text("slow"), ran(), fromOf(ben, "slow")]).toEqual([ana.text("slow"), 1, "Ana"]);
    await ben.run("slow");
    expect(ran()).toBe(1);
    ben.runner.execute([id("slow")], { at: "agent", agent: ANA.peer }, { anew: true });
    await ben.idle();
    expect([ran(), fromOf(ben, "slow")]).toEqual([2, undefined]);
  });

  it("is not taken from somebody who may not run cells, nor when it is old", async () => {
    const { ana, ben } = pair({ slow: `${COUNT} const dice = 1;` }, ["slow"], (peer) => peer !== ANA.peer);
    await ana.run("slow");
    await ben.run("slow");
    expect([ran(), fromOf(ben, "slow")]).toEqual([2, undefined]);
    await ben.run("slow");
    expect([ran(), fromOf(ben, "slow")]).toEqual([2, "Ben"]);
    ben.clock.advance(KEPT_AGE);
    ben.clock.advance(seconds(1));
    await ben.run("slow");
    expect([ran(), fromOf(ben, "slow")]).toEqual([3, undefined]);
  });

  it("is not taken where its entry was tampered with", async () => {
    for (const change of [
      { byName: "Teacher" },
      { by: BEN.peer },
      { body: { hash: "0".repeat(64), size: 2, inline: "{}" } },
    ]) {
      counted.ran = 0;
      const { ana, ben } = pair({ slow: `${COUNT} const dice = 1;` }, ["slow"]);
      await ana.run("slow");
      const { kept } = notebookRoots(ana.doc);
      const [[key, entry] = ["", {}]] = [...kept.entries()];
      kept.set(key, { ...(entry as object), ...change });
      await ben.run("slow");
      expect([ran(), fromOf(ben, "slow")]).toEqual([2, undefined]);
    }
  });
});

import { describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { bytes } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import type { OutputRef } from "#shared/notebook/runRecord.ts";
import type { OutputBody } from "../../../../renderer/output/OutputBodies.ts";
import { groupPieces, joinPieces } from "../../../../renderer/output/text/joinPieces.ts";

const ref = (mime: string, text: string): OutputRef => ({
  hash: contentHashOfText(text),
  mime,
  size: bytes(1),
  inline: undefined,
});
const STDOUT = "application/vnd.jupyter.stdout";
const printed = (text: string, name: "stdout" | "stderr" = "stdout"): OutputBody => ({
  state: "ready",
  output: { output_type: "stream", name, text },
});

describe("pieces of what was printed", () => {
  it("are one output as long as they are of one stream", () => {
    const stored = [ref(STDOUT, "a"), ref(STDOUT, "b"), ref("application/vnd.jupyter.stderr", "c"), ref(STDOUT, "d")];
    const images = [ref("image/png", "e"), ref("image/png", "f")];
    expect(groupPieces([...stored, ...images]).map((group) => group.length)).toEqual([2, 1, 1, 1, 1]);
  });

  it("are shown joined once all of them are there", () => {
    const pieces = [new Value<OutputBody>(printed("a")), new Value<OutputBody>({ state: "loading" })];
    const joined = joinPieces(pieces);
    let told = 0;
    const stop = joined.subscribe(() => told++);
    expect(joined.get()).toEqual({ state: "loading" });
    pieces[1]!.set({ state: "missing" });
    expect(joined.get()).toEqual({ state: "missing" });
    pieces[1]!.set(printed("b"));
    expect(joined.get()).toEqual(printed("ab"));
    expect(joined.get()).toBe(joined.get());
    expect(told).toBe(2);
    stop();
    pieces[1]!.set(printed("c"));
    expect(told).toBe(2);
  });

  it("that are not of one stream after all are no output", () => {
    const pieces = [new Value(printed("a")), new Value(printed("b", "stderr"))];
    expect(joinPieces(pieces).get()).toEqual({ state: "missing" });
  });
});

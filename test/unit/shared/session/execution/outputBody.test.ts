import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "#shared/base/parse.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { encodeAside, isLarge, jsonPieces } from "#shared/session/execution/outputBody.ts";

const shows = (data: Readonly<Record<string, JsonValue>>): CellOutput => ({
  ...{ output_type: "execute_result", data, metadata: {}, execution_count: 1 },
});
const bodyOf = async (output: CellOutput): Promise<string> => new TextDecoder().decode(await encodeAside(output));

describe("the body of an output", () => {
  it("is its JSON, whatever is in it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        // reason: its JSON is what is compared.
        expect([...jsonPieces(value as JsonValue)].join("")).toBe(JSON.stringify(value));
      }),
    );
  });

  it.each([
    ["a text of letters of two units", "x" + "🙂".repeat(900_000)],
    ["a text of lines", "a,b\n".repeat(900_000)],
    ["half letters", "\uD83D".repeat(600_000)],
    ["a long list", Array.from({ length: 120_000 }, (_, at) => ({ n: at, t: "ñ" }))],
    ["lists in a long list", Array.from({ length: 600_000 }, () => [1])],
  ])("is its JSON for %s", async (_what, value: JsonValue) => {
    const output = shows({ "text/csv": value, "text/plain": "" });
    expect(isLarge(output)).toBe(true);
    expect((await bodyOf(output)) === JSON.stringify(output)).toBe(true);
  });

  it("is written at once if it is small", () => {
    expect(isLarge(shows({ "text/plain": "x".repeat(100_000) }))).toBe(false);
    expect(isLarge({ output_type: "stream", name: "stdout", text: "x".repeat(900_000) })).toBe(true);
  });
});

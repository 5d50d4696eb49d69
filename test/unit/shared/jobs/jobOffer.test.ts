import { describe, expect, it } from "vitest";
import { KernelId, RoomId, RunId, type CellId } from "#shared/base/ids.ts";
import { encodeJobMessage } from "#shared/jobs/jobCodec.ts";
import { OFFER_LIMIT } from "#shared/jobs/jobMessage.ts";
import { isSourceTooLarge, isTooLarge, offerOf } from "#shared/jobs/jobOffer.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";
import { programOf } from "../../../support/jobs/messages.ts";

const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
const offer = (program: CellProgram, before: readonly CellProgram[] = []) =>
  offerOf({ run: RunId.create(), program, before }, options);
const named = (names: readonly string[]): CellProgram => ({
  ...programOf(""),
  defines: names,
  inputs: Object.fromEntries(names.map((name) => [name, "cell-1" as CellId])),
});

describe("isTooLarge", () => {
  it.each([
    ["a small cell", offer(programOf("1 + 1"))],
    ["a large cell of wide signs just below", offer(programOf("€".repeat(OFFER_LIMIT / 3 - 200)))],
    ["a large cell just above", offer(programOf("x".repeat(OFFER_LIMIT)))],
    ["wide signs above, though few", offer(programOf("€".repeat(OFFER_LIMIT / 3)))],
    [
      "many small cells",
      offer(
        programOf(""),
        Array.from({ length: 2_000 }, () => programOf("const x = 1")),
      ),
    ],
    [
      "some cells",
      offer(
        programOf(""),
        Array.from({ length: 500 }, () => programOf("const x = 1")),
      ),
    ],
    ["many names", offer(named(Array.from({ length: 9_000 }, (_, n) => `name${n}`)))],
    [
      "long names",
      offer(
        programOf(""),
        Array.from({ length: 50 }, () => named(["€".repeat(1_000)])),
      ),
    ],
  ])("says of %s what the encoded offer says", (_what, made) => {
    expect(isTooLarge(made)).toBe(encodeJobMessage(made).byteLength > OFFER_LIMIT);
  });
});

it.each([
  ["x".repeat(OFFER_LIMIT), false],
  ["x".repeat(OFFER_LIMIT + 1), true],
  ["€".repeat(OFFER_LIMIT / 3), false],
  ["€".repeat(OFFER_LIMIT / 3 + 1), true],
])("knows of a source whether it can be sent at all (%#)", (source, large) => {
  expect(isSourceTooLarge(source)).toBe(large);
});

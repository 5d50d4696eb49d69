import { describe, expect, it } from "vitest";
import { createTraceParent, isSampled, parseTraceParent, spanOf, traceOf } from "#shared/base/traceParent.ts";

const CONTEXT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

describe("parseTraceParent", () => {
  it("takes what the W3C's own example says", () => {
    const context = parseTraceParent(CONTEXT)!;
    expect([traceOf(context), spanOf(context), isSampled(context), context.length]).toEqual([
      ...["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, 55],
    ]);
  });

  it.each([
    undefined,
    1,
    "",
    CONTEXT.toUpperCase(),
    CONTEXT.replace("00-", "ff-"),
    CONTEXT.replace("00-", "01-"),
    `${CONTEXT}-more`,
    `${CONTEXT}\n`,
    CONTEXT.replace("0af7651916cd43dd8448eb211c80319c", "0".repeat(32)),
    CONTEXT.replace("b7ad6b7169203331", "0".repeat(16)),
  ])("takes %j for nothing", (value) => expect(parseTraceParent(value)).toBeUndefined());
});

it("begins traces, and goes on in those of others as they wished", () => {
  const root = createTraceParent();
  const child = createTraceParent(root);
  expect([parseTraceParent(root), parseTraceParent(child)]).toEqual([root, child]);
  expect([traceOf(child) === traceOf(root), spanOf(child) === spanOf(root), isSampled(root)]).toEqual([
    ...[true, false, true],
  ]);
  const quiet = parseTraceParent(CONTEXT.replace(/01$/, "00"))!;
  expect(isSampled(createTraceParent(quiet))).toBe(false);
  expect(traceOf(createTraceParent())).not.toBe(traceOf(root));
});

import { expect, it } from "vitest";
import { definitionIn } from "#shared/dataflow/names/definitionIn.ts";

it.each([
  ["/** Adds.\n * Twice. */\nfunction add(a, b = 1) { return a }", "(a, b = 1)", "Adds.\nTwice."],
  ["const add = async ([a], { b }) => a", "([a], { b })", undefined],
  ["1;\n/* no doc */\nconst add = function (a) {}", "(a)", undefined],
  ["/** A class. */ class add {}", undefined, "A class."],
])("reads JavaScript: %s", (source, signature, doc) => {
  expect(definitionIn(source, "javascript", "add")).toEqual({ signature, doc });
});

it.each([
  [
    'def add(a: int, *, b=1) -> int:\n    """Adds.\n\n    Twice.\n    """\n    return a',
    "(a: int, *, b=1)",
    "Adds.\n\nTwice.",
  ],
  ["@cache\ndef add(): pass", "()", undefined],
  ["class add:\n    'A class.'\n    x = 1", undefined, "A class."],
  ["def add(x):\n    y = 1\n    'no doc'", "(x)", undefined],
])("reads Python: %s", (source, signature, doc) => {
  expect(definitionIn(source, "python", "add")).toEqual({ signature, doc });
});

it("finds nothing where the name is defined otherwise, or not", () => {
  expect(definitionIn("const add = 1", "javascript", "add")).toBeUndefined();
  expect(definitionIn("add(", "javascript", "add")).toBeUndefined();
  expect(definitionIn("add = 1", "python", "add")).toBeUndefined();
});

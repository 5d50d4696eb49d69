import { describe, expect, it } from "vitest";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { CellId } from "#shared/base/ids.ts";

const HINT = /; if this is Python, choose it below the cell$/;

function errorOf(source: string, language = "javascript"): string | undefined {
  const id = CellId.create();
  const cell = { id, kind: "code" as const, language, source, deleted: undefined, metadata: {} };
  const compiled = new FlowReader().read([cell]).get(id)?.compiled;
  return compiled?.ok === false ? compiled.error.message : undefined;
}

describe("a cell in JavaScript that is no program", () => {
  it.each([
    "import pandas as pd",
    "from math import pi",
    "def f(x):\n    return 1 / x\n",
    "while True: pass",
    "# a comment\nx = 1",
    "f'hello {name}'",
    "with open('a') as file:\n    file.read()",
    "'''\ntext\n'''",
  ])("is taken for Python, if it is that: %j", (source) => {
    expect(errorOf(source)).toMatch(HINT);
    expect(errorOf(source, "typescript")).toMatch(HINT);
  });

  it.each(["const = ;", "foo(", "const x", "{ a: 1, b: }", "return 5", "function f() {", "one two", "x = = 1"])(
    "is what it is otherwise: %j",
    (source) => {
      expect(errorOf(source)).toBeDefined();
      expect(errorOf(source)).not.toMatch(HINT);
    },
  );

  it.each(["javascript", "typescript"])("says that no browser knows decorators, in %s", (language) => {
    expect(errorOf("class A {\n  @log hi() { return 1 }\n}", language)).toContain("call the function yourself");
  });
});

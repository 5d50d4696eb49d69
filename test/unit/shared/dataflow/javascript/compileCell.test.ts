import { describe, expect, it } from "vitest";
import { compileCell } from "#shared/dataflow/javascript/compileCell.ts";
import { IMPORT_HOOK, IMPORT_TAG } from "#shared/dataflow/javascript/imports.ts";
import { EXPORT_HOOK, sourceColumn, sourceLine } from "#shared/dataflow/javascript/insertions.ts";

type AsyncCode = (...values: unknown[]) => Promise<unknown>;
const AsyncFunction = (async () => {}).constructor as new (...parts: string[]) => AsyncCode;

/** Executes a compiled cell as a kernel does: inputs as parameters, definitions read through their getters. */
async function execute(source: string, inputs: Record<string, unknown> = {}) {
  const compiled = compileCell(source);
  if (!compiled.ok) throw new Error(compiled.error.message);
  const { code, defines } = compiled.value;
  let getters: readonly (() => unknown)[] = [];
  const hook = (given: readonly (() => unknown)[]): void => void (getters = given);
  const run = new AsyncFunction(EXPORT_HOOK, ...Object.keys(inputs), code);
  const end = await run(hook, ...Object.values(inputs)).then(
    (value) => ({ value }),
    (error: unknown) => ({ error: String(error) }),
  );
  const defined: Record<string, unknown> = {};
  for (const [index, name] of defines.entries()) {
    try {
      defined[name] = getters[index]!();
    } catch {
      // Not reached: stays undefined.
    }
  }
  return { ...end, defined };
}

describe("imports", () => {
  const importer = (text: string, names: readonly string[]) =>
    Promise.resolve({ default: `default of ${text}`, a: `a of ${text}`, names });
  const hooks = { [IMPORT_HOOK]: importer, [IMPORT_TAG]: () => importer };

  it.each<[source: string, imports: readonly string[], defined: Record<string, unknown>]>([
    ["import d from 'x'", ["x"], { d: "default of x" }],
    ["import { a } from 'x'", ["x"], { a: "a of x" }],
    ["import { a as b, default as c } from 'x'", ["x"], { b: "a of x", c: "default of x" }],
    ["import d, * as n from 'x'", ["x"], { d: "default of x", n: { default: "default of x", a: "a of x" } }],
    ["import 'x'; const y = 1", ["x"], { y: 1 }],
    ["import { /* `} */ a\n} from 'x'; const y = a", ["x"], { a: "a of x", y: "a of x" }],
    ["const y = f()\nfunction f() { return a }\nimport { a } from 'x'", ["x"], { a: "a of x", y: "a of x" }],
    ["const { a } = await import('x')", ["x"], { a: "a of x" }],
    ["const { a } = await import(`x`), b = await import('y')", ["x", "y"], { a: "a of x" }],
  ])("%j", async (source, imports, defined) => {
    const compiled = compileCell(source);
    expect(compiled).toMatchObject({ ok: true, value: { imports } });
    expect(await execute(source, hooks)).toMatchObject({ defined });
  });

  it("are values where they stand last", async () => {
    expect(await execute("(await import('x')).a", hooks)).toMatchObject({ value: "a of x" });
    expect(await execute("const y = 1\nimport('x')", hooks)).toMatchObject({ value: { a: "a of x" } });
  });

  it("are not known where they are computed, and not there in a cell that has none", () => {
    expect(compileCell("import('x' + y)")).toMatchObject({ ok: true, value: { inputs: ["y"] } });
    const one = compileCell("1");
    expect(one.ok && one.value).not.toHaveProperty("imports");
  });

  it("keep lines and columns", () => {
    const compiled = compileCell("import { a,\n  c } from 'x'; const y = nothing");
    if (!compiled.ok) throw new Error(compiled.error.message);
    const line = compiled.value.code.split("\n")[1]!;
    expect(sourceLine(line)).toBe("  c } from 'x'; const y = nothing");
    expect(sourceColumn(line, line.indexOf("nothing") + 1)).toBe("  c } from 'x'; const y = ".length + 1);
  });
});

describe("the value of a cell", () => {
  it.each<[source: string, value: unknown]>([
    ["1 + 1", 2],
    ["{ a: 1 }", { a: 1 }],
    ["({ a: 1 })", { a: 1 }],
    ["{}", {}],
    ["const x = 2; x * 3", 6],
    ["const x = 2; x * 3;", 6],
    ["const x = 2; x * 3;;", 6],
    ["const x = 2\n// a comment\nx * 3 // another", 6],
    ["const x = 2; (x * 3) /* c */ ;", 6],
    ["const x = 2\n;[x, 3].length", 2],
    ["1 // comment", 1],
    ["// comment\n1\n// comment", 1],
    ["await Promise.resolve(5)", 5],
    ["const p = await Promise.resolve(5); p", 5],
    ["Promise.resolve(7)", 7],
    ["const a = 1; Promise.resolve(a + 7)", 8],
    ["double(4)\nfunction double(n) { return 2 * n }", 8],
    ["1, 2", 2],
    ["const f = 1; f, 2", 2],
    ["`a${1}b`", "a1b"],
    ["'use strict'", "use strict"],
    ["'use strict'; 3", 3],
    ["x = 4", 4],
    ["let y; y = 4; y += 1", 5],
    ["this", undefined],
    ["const x = 1", undefined],
    ["if (true) { 5 }", undefined],
    ["", undefined],
    ["// nothing", undefined],
    ["/=/.test('=')", true],
    ["const o = { a: 1 };\n({ ...o, b: 2 })", { a: 1, b: 2 }],
    ["for (let i = 0; i < 3; i++) {}\n'end'", "end"],
    ["(function f() { return f.name })()", "f"],
    ["(() => { return 1 })()", 1],
  ])("%s", async (source, value) => {
    expect(await execute(source)).toMatchObject({ value });
  });
});

describe("the definitions of a cell", () => {
  it.each<[source: string, defined: Record<string, unknown>]>([
    ["const a = 1, { b, ...c } = { b: 2, d: 3 }", { a: 1, b: 2, c: { d: 3 } }],
    ["x = 1; y = x + 1", { x: 1, y: 2 }],
    ["let n = 0; n++; n", { n: 1 }],
    ["if (true) { var v = 1 }", { v: 1 }],
    ["if (false) x = 1", { x: undefined }],
    ["[a, b] = [1, 2]", { a: 1, b: 2 }],
    ["const _hidden = 1, shown = _hidden", { shown: 1 }],
    ["_tmp = 3; z = _tmp", { z: 3 }],
    ["for (i = 0; i < 3; i++) total = i", { total: 2 }],
  ])("%s", async (source, defined) => {
    expect((await execute(source)).defined).toEqual(defined);
  });

  it("are kept up to the error when a cell throws midway", async () => {
    const ended = await execute(
      "const a = 1; let b = 2\nnull.boom\nconst c = 3; class D {}; function f() { return 4 }",
    );
    expect(ended).toMatchObject({ error: expect.stringContaining("TypeError") as string });
    expect(ended.defined).toEqual({ a: 1, b: 2, f: expect.any(Function) as unknown });
  });

  it("follow later changes, as a variable does", async () => {
    const { defined } = await execute("let n = 0; const inc = () => ++n; inc(); inc()");
    expect(defined["n"]).toBe(2);
  });
});

describe("the inputs of a cell", () => {
  it("are its parameters, also where the cell gives the name a new value", async () => {
    expect(await execute("x = x + 1", { x: 1 })).toEqual({ value: 2, defined: { x: 2 } });
    expect(await execute("x ??= 5", { x: 1 })).toEqual({ value: 1, defined: { x: 1 } });
    expect(await execute("if (x > 5) x = 5", { x: 3 })).toEqual({ value: undefined, defined: { x: 3 } });
    expect(await execute("x.n = 2; x", { x: { n: 1 } })).toEqual({ value: { n: 2 }, defined: { x: { n: 2 } } });
    const { defined } = await execute("function inc() { count = count + 1 }\ninc(); inc()", { count: 5 });
    expect(defined["count"]).toBe(7);
  });

  it("that no cell defines are not defined, and never NaN", async () => {
    expect(await execute("x = x + 1")).toMatchObject({ error: "ReferenceError: x is not defined" });
    expect(await execute("nowhere.a = 1")).toMatchObject({ error: "ReferenceError: nowhere is not defined" });
    expect(await execute("if (true) nowhere.a = 1")).toMatchObject({ error: "ReferenceError: nowhere is not defined" });
    expect(await execute("x ||= 3; x")).toMatchObject({ error: "ReferenceError: x is not defined" });
    expect(await execute("typeof x")).toMatchObject({ value: "undefined" });
  });

  it("that no cell defines may be given a value first", async () => {
    expect(await execute("function get() { return x }\nx = 5\nget()")).toMatchObject({ value: 5 });
  });
});

describe("places in compiled code", () => {
  it.each([
    "const a = 1; a",
    "a + b // x\n",
    "  const a = 1\n\n  const b = 2; throw a\n  b",
    "x = 1\r\nx",
    "`\n${1}\n`",
    "{ a: `\n` }",
  ])("are places in the source: %j", (source) => {
    const compiled = compileCell(source);
    if (!compiled.ok) throw new Error(compiled.error.message);
    const lines = compiled.value.code.split("\n");
    expect(lines.map(sourceLine).join("\n")).toBe(source);
    for (const [index, line] of lines.entries()) {
      const written = source.split("\n")[index]!;
      // Every character of the source is found where it was.
      let at = 0;
      for (let column = 1; at < written.length && column <= line.length; column++) {
        if (sourceLine(line.slice(0, column)) === written.slice(0, at + 1))
          expect(sourceColumn(line, column)).toBe(++at);
      }
      expect(at).toBe(written.length);
    }
  });
});

describe("what is no program", () => {
  it.each<[source: string, line: number, column: number, message: RegExp]>([
    ["const = 1", 1, 7, /^Unexpected token `=`$/],
    ["let one two = 3", 1, 9, /^Unexpected token `two`$/],
    [`let one ${"x".repeat(10_000)}`, 1, 9, /^Unexpected token `x{40}`$/],
    [
      "// Nodes\nviewof n = Inputs.slider({})",
      2,
      8,
      /^`viewof` is not needed: after `const n = Inputs.…` the control is shown/,
    ],
    ["let a = 1\nlet b = = 2", 2, 9, /Unexpected token/],
    ["f(1, 2", 1, 7, /ends too early/],
    ["{ a: 1, b: }", 1, 12, /Unexpected token/],
    ["if (a) {\n  b()\n", 3, 1, /ends too early/],
    ["'abc", 1, 1, /Unterminated string/],
    ["`abc", 1, 2, /Unterminated template/],
    ["const a = 1; const a = 2", 1, 20, /already been declared/],
    ["x = 1\nreturn x", 2, 1, /`return` works only inside a function/],
    ["import fs from 'fs' with { type: 'json' }", 1, 1, /leave out what stands after `with`/],
    ["export const a = 1", 1, 1, /`export` is not needed/],
    ["1 + import.meta.url", 1, 5, /`import.meta` has no meaning/],
    ["let a\na = import.meta", 2, 5, /`import.meta` has no meaning/],
    ["with (a) { b }", 1, 1, /'with' in strict mode/],
    ["delete x", 1, 1, /Deleting local variable in strict mode/],
    ["function f() { await g() }", 1, 16, /await/],
    ["let x: number = 1", 1, 6, /Unexpected token/],
    ["010", 1, 1, /Invalid number/],
    ["a) + (b", 1, 2, /Unexpected token/],
    ["1)\n(2", 1, 2, /Unexpected token/],
    ["#!/bin/node\n1", 1, 2, /./],
    ["break", 1, 1, /Unsyntactic break/],
    ["yield 1", 1, 1, /./],
    ["super.x", 1, 1, /super/],
    ["<!-- a", 1, 1, /Unexpected token/],
    ["eval = 1", 1, 1, /eval/],
  ])("%j", (source, line, column, message) => {
    expect(compileCell(source)).toEqual({
      ok: false,
      error: { line, column, message: expect.stringMatching(message) as string },
    });
  });
});

import { describe, expect, it } from "vitest";
import { compileCell } from "#shared/dataflow/javascript/compileCell.ts";
import { compileTypescript } from "#shared/dataflow/typescript/compileTypescript.ts";

const compiled = (source: string) => {
  const result = compileTypescript(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

describe("compileTypescript", () => {
  it.each([
    ["const a: number = b as number", ["a"], ["b"]],
    ["interface P { x: number }\ntype Q = P | undefined\nconst p: Q = { x: other }", ["p"], ["other"]],
    ["function f<T extends object>(this: void, x: T, y?: string): x is T { return g(x!) }", ["f"], ["g"]],
    ["class A<T> implements B { private readonly x: T; constructor(public y: number) {} }", ["A"], []],
    ["enum Color { Red, Green = start }", ["Color"], ["start"]],
    ["{ a: 1 as number, b: two }", [], ["two"]],
    ["x satisfies number", [], ["x"]],
    ["let x = <number>y", ["x"], ["y"]],
    ["abstract class S { abstract go(): void }", ["S"], []],
    ["declare const hidden: string\nconst shown = 1", ["shown"], []],
    ["(await load<number>()).map((n): string => n.toFixed())", [], ["load"]],
  ])("%s", (source, defines, inputs) => {
    const cell = compiled(source);
    expect({ defines: cell.defines, inputs: cell.inputs }).toEqual({ defines, inputs });
    expect(cell.language).toBe("javascript");
  });

  it("keeps every line where it was", () => {
    const source = "interface A {\n  x: number;\n}\n\nconst a: A = {\n  x: missing,\n};";
    const lines = compiled(source).code.split("\n");
    expect(lines.findIndex((line) => line.includes("missing"))).toBe(5);
    expect(lines).toHaveLength(source.split("\n").length);
  });

  it.each([
    ["const a: = 1", 1],
    ["const a: number = 1\nconst b: string =", 2],
    ["const ok = 1\n\nexport const x = 1", 3],
    ["return 1", 1],
  ])("tells where %j is wrong", (source, line) => {
    const result = compileTypescript(source);
    expect(result).toMatchObject({ ok: false, error: { line } });
  });

  it.each([
    ["const a = 1\n  namespace Geo { export const pi = 3 }", 2, 3],
    ["module A.B { export const pi = 3 }", 1, 1],
  ])("refuses %j, which would be gone without a word", (source, line, column) => {
    expect(compileTypescript(source)).toEqual({
      ok: false,
      error: { line, column, message: expect.stringContaining("make an object of it") as string },
    });
  });

  it("takes out namespaces that are types alone, and lets things be called so", () => {
    expect(compiled("declare namespace Q { const x: number }\nconst namespace = y").inputs).toEqual(["y"]);
    expect(compiled("interface A { module: B }\nconst a: { namespace: C } = { namespace: 1 }").defines).toEqual(["a"]);
    expect(compiled("const s = 'namespace A { }'").defines).toEqual(["s"]);
  });

  it("reads JavaScript as JavaScript is read", () => {
    for (const source of ["{a: 1}", "const f = (x) => x * y\nf(2)", "for (const x of xs) n += x", "class A {}"]) {
      const javascript = compileCell(source);
      expect(javascript.ok && javascript.value.inputs).toEqual(compiled(source).inputs);
      expect(javascript.ok && javascript.value.defines).toEqual(compiled(source).defines);
    }
  });
});

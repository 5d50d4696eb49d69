import { describe, expect, it } from "vitest";
import { transformModule } from "#shared/packages/transformModule.ts";
import { Modules } from "../../../../workers/kernel/modules/Modules.ts";

/** Evaluates modules as a kernel does; the first is what the cell imports. */
async function load(sources: Readonly<Record<string, string>>): Promise<Record<string, unknown>> {
  const modules = new Modules();
  const files = Object.entries(sources).map(([url, source]) => {
    const { code, first, later } = transformModule(source);
    return { url, code, first, needs: Object.fromEntries([...first, ...later].map((text) => [text, text])) };
  });
  modules.add({ files, entries: { it: { url: Object.keys(sources)[0]! } } });
  return modules.import("it");
}

describe("a module made a function", () => {
  it.each<[what: string, sources: Record<string, string>, exports: Record<string, unknown>]>([
    ["names", { a: "export const x = 1, y = x + 1; export function f() {}; export class C {}" }, { x: 1, y: 2 }],
    ["patterns", { a: "export const { x, y: [z] } = { x: 1, y: [2] }" }, { x: 1, z: 2 }],
    ["lists", { a: "const x = 1; export { x as y, x as 'a b' }" }, { y: 1, "a b": 1 }],
    ["a default value", { a: "export default 1 + 2" }, { default: 3 }],
    ["a default value without a semicolon", { a: "export default [1]\n;[2].length" }, { default: [1] }],
    ["a default name", { a: "let x = 1; export { x as default }; x = 2" }, { default: 2 }],
    [
      "imports",
      { a: "import d, { x as y } from 'b'; export const z = d + y", b: "export const x = 1; export default 2" },
      { z: 3 },
    ],
    ["a namespace", { a: "import * as n from 'b'; export const z = n.x", b: "export const x = 1" }, { z: 1 }],
    [
      "hidden names",
      { a: "import { x } from 'b'; export const z = ((x) => x)(2) + x; { let x = 5; x }", b: "export const x = 1" },
      { z: 3 },
    ],
    [
      "short properties",
      { a: "import { x } from 'b'; export const z = { x }", b: "export const x = 1" },
      { z: { x: 1 } },
    ],
    [
      "re-exports",
      { a: "export { x as y } from 'b'; export * as n from 'c'", b: "export const x = 1", c: "export const k = 1" },
      { y: 1 },
    ],
    [
      "stars",
      {
        a: "export * from 'b'; export const own = 0",
        b: "export * from 'c'; export const own = 9",
        c: "export const deep = 1; export default 8",
      },
      { own: 0, deep: 1 },
    ],
    [
      "await",
      { a: "import { x } from 'b'; export const y = await x", b: "export const x = await Promise.resolve(4)" },
      { y: 4 },
    ],
    ["import()", { a: "export const y = (await import('b')).x", b: "export const x = 3" }, { y: 3 }],
    ["import.meta", { a: "export const y = import.meta.url" }, { y: "a" }],
    [
      "no `this` for what is imported",
      { a: "import { f } from 'b'; export const t = f(), u = f``", b: "export function f() { return this }" },
      { t: undefined, u: undefined },
    ],
    [
      "lines without semicolons",
      {
        a: "import { f } from 'b'\nconst g = f\nf()\nexport const z = f()",
        b: "let n = 0; export const f = () => ++n",
      },
      { z: 2 },
    ],
    [
      "a branch",
      {
        a: "import { f } from 'b'; if (true) f(); else f(); export const z = f()",
        b: "let n = 0; export const f = () => ++n",
      },
      { z: 2 },
    ],
    [
      "late changes",
      {
        a: "import { n, up } from 'b'; up(); export const z = n",
        b: "export let n = 0; export const up = () => { n++ }",
      },
      { z: 1 },
    ],
  ])("has %s", async (_, sources, exports) => {
    expect(await load(sources)).toMatchObject(exports);
  });

  it("hoists the functions of modules that import one another in a circle", async () => {
    const even = "import { odd } from 'b'; export function even(n) { return n === 0 || odd(n - 1) } export const a = 1";
    const odd =
      "import { even } from 'a'; export const early = even(0); export function odd(n) { return n > 0 && even(n - 1) }";
    const loaded = await load({ a: even, b: odd });
    expect((loaded["even"] as (n: number) => boolean)(10)).toBe(true);
  });

  it("hoists a default function without a name", async () => {
    const loaded = await load({
      a: "import b from 'b'; export default function () { return 7 }; export { b }",
      b: "import f from 'a'; export default f()",
    });
    expect(loaded["b"]).toBe(7);
  });

  it("keeps to the order of evaluation, each module once", async () => {
    const loaded = await load({
      a: "import 'b'; import 'c'; import { log } from 'log'; export { log }; log.push('a')",
      b: "import 'c'; import { log } from 'log'; log.push('b')",
      c: "import { log } from 'log'; log.push('c')",
      log: "export const log = []",
    });
    expect(loaded["log"]).toEqual(["c", "b", "a"]);
  });

  it("fails each time in the same way", async () => {
    const modules = new Modules();
    const { code, first } = transformModule("throw new Error('once')");
    modules.add({ files: [{ url: "a", code, first, needs: {} }], entries: { a: { url: "a" } } });
    await expect(modules.import("a")).rejects.toThrow("once");
    await expect(modules.import("a")).rejects.toThrow("once");
  });

  it("refuses what is no module", () => {
    expect(() => transformModule("<!doctype html>")).toThrow(SyntaxError);
  });
});

describe("what a cell imports", () => {
  it("is told when there is nothing, or when it was not loaded", async () => {
    const modules = new Modules();
    await expect(modules.import("d3")).rejects.toThrow(/cannot be loaded where this cell runs/);
    modules.add({ files: [], entries: { d3: { failure: "you are offline" } } });
    await expect(modules.import("d3")).rejects.toThrow("“d3” cannot be imported: you are offline");
    await expect(modules.import("d" + "4")).rejects.toThrow(/must stand in the cell, as text/);
  });

  it("must have the names it asks for", async () => {
    const modules = new Modules();
    const { code, first } = transformModule("export const x = 1");
    modules.add({ files: [{ url: "a", code, first, needs: {} }], entries: { a: { url: "a" } } });
    await expect(modules.import("a", ["y"])).rejects.toThrow("“a” exports no “y”: it exports x");
    await expect(modules.import("a", ["default"])).rejects.toThrow(/no default export.*It exports x/);
  });
});

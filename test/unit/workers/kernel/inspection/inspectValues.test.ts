import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import type { ValueFacts } from "#shared/ports/Kernel.ts";
import { MemoryKernel } from "../../../../support/MemoryKernel.ts";
import { flowOf, requestFor } from "../../../../support/programs.ts";
import { parametersOf } from "../../../../../workers/kernel/inspection/parametersOf.ts";
import { isKnownProxy, trackProxies } from "../../../../../workers/kernel/inspection/knownProxies.ts";
import { follow, valueFacts } from "../../../../../workers/kernel/inspection/valueFacts.ts";

const cell = CellId.parse("a")!;

async function look(source: string, names: readonly string[], members = false): Promise<ValueFacts | undefined> {
  const kernel = new MemoryKernel();
  await kernel.execute(requestFor(flowOf({ a: source }), "a"), () => undefined, new AbortController().signal);
  return (await kernel.inspect({ paths: [{ cell, language: "javascript", names }], members }))?.[0];
}

const membersOf = async (source: string, ...names: readonly string[]): Promise<readonly string[]> =>
  (await look(source, names, true))?.members.map(({ name, kind }) => `${kind} ${name}`) ?? [];

describe("looking at a value of JavaScript", () => {
  it("tells what it is, how much of it there is and how it begins", async () => {
    const facts = async (code: string): Promise<unknown> => {
      const found = await look(`const x = ${code}`, ["x"]);
      return found && [found.type, found.size, found.preview];
    };
    expect(await facts("[1, 'a', { b: [2] }]")).toEqual(["Array", "3 items", '[1, "a", { b: […] }]']);
    expect(await facts("new Map([[1, 2]])")).toEqual(["Map", "1 item", "Map { 1 item }"]);
    expect(await facts("new Float64Array(1e7)")).toEqual([
      "Float64Array",
      "10,000,000 items",
      "Float64Array [0, 0, 0, 0, 0, 0, 0, 0, …]",
    ]);
    expect(await facts("'text'")).toEqual(["string", "4 characters", '"text"']);
    expect(await facts("new (class Point { x = 1 })()")).toEqual(["Point", "1 property", "Point { x: 1 }"]);
    expect(await facts("new Date(0)")).toEqual(["Date", undefined, "1970-01-01T00:00:00.000Z"]);
    expect(await facts("(a, b = 1) => a")).toEqual(["function", undefined, "function x(a, b = 1)"]);
    expect(await facts("null")).toEqual(["null", undefined, "null"]);
    expect(await facts("Object.create(null)")).toEqual(["Object", "0 properties", "{}"]);
  });

  it("follows properties and tells members, also of the prototype", async () => {
    const source = "class A { m() {} get g() { return 1 } }; const x = { a: new A(), n: 1, B: class {} }";
    expect(await membersOf(source, "x")).toEqual(
      expect.arrayContaining(["value a", "value n", "class B", "function hasOwnProperty"]),
    );
    expect(await membersOf(source, "x", "a")).toEqual(expect.arrayContaining(["function m", "computed g"]));
    expect((await membersOf("const s = 'a'", "s")).slice(0, 60)).toContain("function padStart");
    expect((await membersOf("const l = [1, 2]", "l")).slice(0, 2)).toEqual(["value length", "function at"]);
    expect((await look(source, ["x", "n"]))?.preview).toBe("1");
    expect(await look(source, ["nothing"])).toBeUndefined();
  });

  it("executes no getter, no proxy and no other code of a cell", () => {
    let calls = 0;
    const count = (): never => {
      calls++;
      throw new Error("executed");
    };
    const scope = { Proxy };
    trackProxies(scope);
    const traps = new Proxy({}, { get: () => count });
    const proxy = new scope.Proxy({ a: 1 }, traps);
    const { proxy: revocable } = scope.Proxy.revocable(() => 1, traps);
    const hostile = {
      get a() {
        return count();
      },
      toString: count,
      toJSON: count,
      [Symbol.toPrimitive]: count,
      get [Symbol.toStringTag]() {
        return count();
      },
      proxy,
      inherits: Object.create(proxy) as unknown,
      class: Object.defineProperty(function named() {}, "name", { get: count }),
    };
    Object.defineProperty(hostile, "constructor", { get: count });
    for (const value of [hostile, proxy, revocable, hostile.inherits, hostile.class, [hostile]]) {
      expect(valueFacts(value, true).preview).not.toBe("");
    }
    expect(follow(hostile, ["a"])).toBeUndefined();
    expect(follow(hostile, ["proxy", "a"])).toBeUndefined();
    expect(valueFacts(hostile, true).members).toContainEqual({ name: "a", kind: "computed" });
    expect(valueFacts(proxy, true)).toMatchObject({ type: "Proxy", preview: "Proxy {…}", members: [] });
    expect(isKnownProxy(revocable)).toBe(true);
    expect(calls).toBe(0);
  });

  it("tells no more than an answer may hold", async () => {
    const source = "const x = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => ['k' + i, 'v'.repeat(1000)]))";
    const facts = (await look(source, ["x"], true))!;
    expect(facts.members).toHaveLength(500);
    expect(facts.preview.length).toBeLessThanOrEqual(160);
    expect(facts.size).toBe("5,000 properties");
  });
});

describe("parametersOf", () => {
  it.each([
    ["function f(a, b) { return a }", "(a, b)"],
    ["async function* f(a = ')', [b, c] = [1], { d }) {}", "(a = ')', [b, c] = [1], { d })"],
    ["x => x", "(x)"],
    ["async (x,\n  y) => x", "(x, y)"],
    ["method(a) {}", "(a)"],
    ["class A { x = f(1); constructor(a, b) {} }", "(a, b)"],
    ["class A {}", "()"],
    ["function max() { [native code] }", undefined],
    ["nothing", undefined],
  ])("%s", (text, parameters) => {
    expect(parametersOf(text)).toBe(parameters);
  });
});

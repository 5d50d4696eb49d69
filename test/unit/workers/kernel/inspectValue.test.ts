import { describe, expect, it } from "vitest";
import { formatLog } from "../../../../workers/kernel/formatLog.ts";
import { formatTable } from "../../../../workers/kernel/formatTable.ts";
import { inspectValue } from "../../../../workers/kernel/inspectValue.ts";
import { isPlainData } from "../../../../workers/kernel/plainData.ts";

class Point {
  x = 1;
  get twice(): number {
    return 2 * this.x;
  }
}
class Stack extends Array<number> {}
const circle: Record<string, unknown> = { name: "o" };
circle["self"] = circle;

describe("inspectValue", () => {
  it.each<[value: unknown, text: string]>([
    [undefined, "undefined"],
    [null, "null"],
    [true, "true"],
    [-0, "-0"],
    [1.5, "1.5"],
    [10n, "10n"],
    [Symbol("s"), "Symbol(s)"],
    ["it's\n\u0007", "'it\\'s\\n\\u0007'"],
    [[], "[]"],
    [{}, "{}"],
    [[1, "a", [true]], "[ 1, 'a', [ true ] ]"],
    // oxlint-disable-next-line no-sparse-arrays -- what a hole looks like
    [[1, , , 4], "[ 1, <2 empty>, 4 ]"],
    [{ a: 1, "b c": { d: [] } }, "{ a: 1, 'b c': { d: [] } }"],
    [Object.assign([1], { index: 0 }), "[ 1, index: 0 ]"],
    [Object.assign(Object.create(null), { a: 1 }), "[no prototype] { a: 1 }"],
    [new Point(), "Point { x: 1 }"],
    [
      {
        get a() {
          return 1;
        },
        set b(_: number) {},
      },
      "{ a: [Getter], b: [Setter] }",
    ],
    [Stack.of(1, 2), "Stack(2) [ 1, 2 ]"],
    [new Map([["k", { v: 1 }]]), "Map(1) { 'k' => { v: 1 } }"],
    [new Set([1, [2]]), "Set(2) { 1, [ 2 ] }"],
    [new Uint8Array([1, 2]), "Uint8Array(2) [ 1, 2 ]"],
    [new ArrayBuffer(8), "ArrayBuffer { byteLength: 8 }"],
    [new DataView(new ArrayBuffer(2)), "DataView { byteLength: 2 }"],
    [new Date(0), "1970-01-01T00:00:00.000Z"],
    [new Date(NaN), "Invalid Date"],
    [/a\/b/gu, "/a\\/b/gu"],
    [new TypeError("no"), "[TypeError: no]"],
    [Promise.resolve(1), "Promise {…}"],
    [new WeakMap(), "WeakMap {…}"],
    [Object(1), "[Number: 1]"],
    [Object("s"), "[String: 's']"],
    [function f() {}, "[Function: f]"],
    [() => {}, "[Function]"],
    [async function g() {}, "[AsyncFunction: g]"],
    [Point, "[class Point]"],
    [Math, "Math {}"],
    [circle, "{ name: 'o', self: [Circular] }"],
    [{ a: { b: { c: { d: { e: 1 } } } } }, "{ a: { b: { c: { d: [Object] } } } }"],
    [new URL("http://x/"), "URL 'http://x/'"],
    [new Blob(["ab"], { type: "text/plain" }), "Blob { size: 2, type: 'text/plain' }"],
  ])("%o", (value, text) => {
    expect(inspectValue(value)).toBe(text);
  });

  it("says so where a value throws when it is looked at", () => {
    const ownKeys = (): never => {
      throw new Error("shy");
    };
    expect(inspectValue([new Proxy({}, { ownKeys })])).toBe("[ [cannot be shown: shy] ]");
  });

  it("breaks long objects into lines, and puts short items of long lists side by side", () => {
    expect(inspectValue({ first: "a".repeat(40), second: "b".repeat(40) })).toBe(
      `{\n  first: '${"a".repeat(40)}',\n  second: '${"b".repeat(40)}'\n}`,
    );
    expect(inspectValue(Array.from({ length: 25 }, (_, at) => at + 1000)).split("\n")[1]).toBe(
      "  1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009,",
    );
  });

  it("shows the beginning of what is long, and how much is left", () => {
    expect(inspectValue(new Array(250).fill(7))).toMatch(/… 150 more\n\]$/);
    expect(inspectValue("x".repeat(5_000))).toMatch(/^'x+…' \(5000 characters\)$/);
    expect(inspectValue(new Map(Array.from({ length: 150 }, (_, at) => [at, at])))).toContain("… 50 more");
    const wide = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => "x".repeat(50)));
    expect(inspectValue(wide).length).toBeLessThan(60_000);
  });

  it("looks at no more than it shows", () => {
    let looks = 0;
    const look = (): number => looks++;
    const list = new Proxy(new Array<number>(1_000_000).fill(0), {
      has: (target, key) => (look(), key in target),
      get: (target, key): unknown => (look(), Reflect.get(target, key)),
      ownKeys: () => {
        throw new Error("a list of all keys was made");
      },
    });
    expect(inspectValue({ list })).toContain("… 999900 more");
    expect(looks).toBeLessThan(1_000);
  });
});

describe("formatLog", () => {
  const trace = (error: Error): string => `trace of ${error.message}`;
  it.each<[parts: readonly unknown[], text: string]>([
    [[], ""],
    [["a", 1, "b"], "a 1 b"],
    [[{ a: "x" }, "x"], "{ a: 'x' } x"],
    [["%s is %d years and %i, %f", "Ana", 30.5, "7.9", "1.5"], "Ana is 30 years and 7, 1.5"],
    [["%o %O %j", [1], { a: 1 }, "t"], "[ 1 ] { a: 1 } 't'"],
    [["%cred%c plain", "color: red", ""], "red plain"],
    [["100%", 1], "100% 1"],
    [["%s %s", "only"], "only %s"],
    [["%%s", 1], "%s 1"],
    [[new Error("e")], "trace of e"],
    [["failed:", new Error("e")], "failed: trace of e"],
  ])("%o", (parts, text) => {
    expect(formatLog(parts, trace)).toBe(text);
  });
});

describe("formatTable", () => {
  it("has a row for each item and a column for each property", () => {
    expect(formatTable([{ name: "Ana", n: 1 }, { name: "Bo" }, 3])).toBe(
      ["   name   n  value", "─  ─────  ─  ─────", "0  'Ana'  1", "1  'Bo'", "2            3"].join("\n"),
    );
    expect(formatTable(5)).toBe("5");
  });
});

describe("isPlainData", () => {
  it.each<[value: unknown, plain: boolean]>([
    [{ a: [1, "x", null, true, { b: [] }] }, true],
    [[], true],
    [{}, true],
    [Object.create(null), true],
    ["text", false],
    [null, false],
    [{ a: undefined }, false],
    [{ a: NaN }, false],
    [[-0], false],
    [{ a: new Date() }, false],
    [{ a: () => 1 }, false],
    [[1n], false],
    [new Point(), false],
    [new Map(), false],
    [
      {
        get a() {
          return 1;
        },
      },
      false,
    ],
    [{ [Symbol("s")]: 1 }, false],
    [{ toJSON: 1 }, false],
    // oxlint-disable-next-line no-sparse-arrays -- a hole is not null
    [[1, , 2], false],
    [Object.assign([1], { index: 0 }), false],
    [circle, false],
    [new Array(5_000).fill(1), false],
    [["x".repeat(100_000)], false],
  ])("%o", (value, plain) => {
    expect(isPlainData(value)).toBe(plain);
  });
});

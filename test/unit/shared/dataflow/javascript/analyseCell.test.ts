import { describe, expect, it } from "vitest";
import { analyseCell } from "#shared/dataflow/javascript/compileCell.ts";

const names = (text: string): string[] =>
  text
    .split(" ")
    .filter((name) => name !== "")
    .sort();

/** source, what it defines, what it reads from other cells */
type Row = readonly [source: string, defines: string, references: string];

const analyses = (rows: readonly Row[]) => {
  it.each(rows)("%s", (source, defines, references) => {
    const found = analyseCell(source);
    expect(found.error).toBeUndefined();
    expect([...found.defines].sort()).toEqual(names(defines));
    expect([...found.references].sort()).toEqual(names(references));
  });
};

describe("definitions of a cell", () => {
  analyses([
    ["const a = 1", "a", ""],
    ["let a = 1, b", "a b", ""],
    ["var a", "a", ""],
    ["function f() {}", "f", ""],
    ["async function* f() {}", "f", ""],
    ["class A {}", "A", ""],
    ["const { a, b: c, ...rest } = o", "a c rest", "o"],
    ["const [a, , [b = d], ...rest] = xs", "a b rest", "d xs"],
    ["const { a: { b } = {}, [key]: c } = o", "b c", "o key"],
    ["if (x) { var a = 1; let b = 2 }", "a", "x"],
    ["try { var a = 1 } catch (e) { var b = e }", "a b", ""],
    ["switch (k) { case 1: var a = 1; let b = 2 }", "a", "k"],
    ["{ let a = 1; function f() {} class C {} }", "", ""],
    ["label: { var a = 1; break label }", "a", ""],
    ["f()\nfunction f() { return 1 }", "f", ""],
    ["const a = 1; a", "a", ""],
    ["let á = 1, $ = 2, ñandú = 3", "á $ ñandú", ""],
    ["await 1; let a", "a", ""],
    ["for await (const x of xs) { var last = x }", "last", "xs"],
  ]);
});

describe("what stays inside a cell", () => {
  analyses([
    ["const _a = 1, b = _a", "b", ""],
    ["_tmp = 2", "", ""],
    ["_elsewhere + 1", "", ""],
    ["let _ = 1", "", ""],
    ["for (let i = 0; i < n; i++) {}", "", "n"],
    ["for (var i = 0; i < 3; i++) {}", "", ""],
    ["for (i = 0; i < 3; i++) { total += i }", "total", "total"],
    ["for (i = 0, j = 9; i < j; i++, j--) {}", "", ""],
    ["for (x of xs) { print(x) }", "", "xs print"],
    ["for (k in o) {}", "", "o"],
    ["for (const [k, v] of Object.entries(o)) { console.log(k, v) }", "", "o"],
    ["using r = open()", "", "open"],
  ]);
});

describe("assignment to a name nothing in the cell declares", () => {
  analyses([
    ["x = 1", "x", ""],
    ["x = x + 1", "x", "x"],
    ["x += 1", "x", "x"],
    ["x++", "x", "x"],
    ["--x", "x", "x"],
    ["x ??= 1", "x", "x"],
    ["x ||= y", "x", "x y"],
    ["x = 1; x + 1", "x", ""],
    ["x = 1; x += 1", "x", ""],
    ["print(x); x = 1", "x", "print x"],
    ["x = y = 2", "y x", ""],
    ["[a, b] = [b, a]", "a b", "b a"],
    ["({ a, b: c, ...d } = o)", "a c d", "o"],
    ["({ a = fallback } = o)", "a", "o fallback"],
    ["if (cond) x = 1", "x", "cond x"],
    ["cond && (x = 1)", "x", "cond x"],
    ["try { x = risky() } catch {}", "x", "risky x"],
    ["while (more()) { x = 1 }", "x", "more x"],
    ["function set() { x = 1 }", "set x", "x"],
    ["const f = () => (x = 1)", "f x", "x"],
    ["x = 1; function get() { return x }", "get x", ""],
    ["function get() { return x }\nx = 1", "get x", "x"],
    ["let x; x = 1", "x", ""],
    ["x = 1; let y = x", "y x", ""],
    ["(x) = 1", "x", ""],
    ["{ x = 1 }", "x", ""],
    ["function f(x) { x = 1 }", "f", ""],
    ["name = 'Ana'", "name", ""],
    ["fetch = 1", "fetch", ""],
  ]);
});

describe("changing a part of a value is a new version of it", () => {
  analyses([
    ["a.b = 1", "a", "a"],
    ["a[i] = 1", "a", "a i"],
    ["a.b.c++", "a", "a"],
    ["delete a.b", "a", "a"],
    ["[a.b, c[0]] = [1, 2]", "a c", "a c"],
    ["for (o.k of xs) {}", "o", "xs o"],
    ["if (c) a.b = 1", "a", "c a"],
    ["const a = {}; a.b = 1", "a", ""],
    ["f().b = 1", "", "f"],
    ["this.a = 1", "", ""],
    ["globalThis.a = 1", "", ""],
    ["Array.prototype.last = 1", "", ""],
    ["function f() { a.b = 1 }", "f", "a"],
    ["a.push(1)", "", "a"],
    ["_a.b = 1", "", ""],
  ]);
});

describe("references of a cell", () => {
  analyses([
    ["a + b", "", "a b"],
    ["a.b.c", "", "a"],
    ["a?.[b]?.(c)", "", "a b c"],
    ["({ a, b: c, [d]: 1, ...e, f() { return g } })", "", "a c d e g"],
    ["`${a} and ${`${b}`}`", "", "a b"],
    ["tag`x${a}`", "", "tag a"],
    ["new Thing(...args)", "", "Thing args"],
    ["(x) => x + y", "", "y"],
    ["(a, { b, c: [d = e] }, ...f) => a + b + d + f + g", "", "e g"],
    ["(a = b, c = a) => c", "", "b"],
    ["(a = x) => { var x = 1; return a }", "", "x"],
    ["function f(n) { return n ? f(n - 1) : done }", "f", "done"],
    ["(function g(n) { return g(n) })", "", ""],
    ["(class C { m() { return C } })", "", ""],
    ["class A extends B { #p = q; static s = t; [k]() { return this.#p in u } static { v } }", "A", "B q t k u v"],
    ["class A { static { var x = 1; x } }", "A", ""],
    ["function f() { return arguments.length }", "f", ""],
    ["arguments", "", ""],
    ["try { f() } catch ({ message }) { message; e }", "", "f e"],
    ["try { f() } catch { g() } finally { h() }", "", "f g h"],
    ["outer: for (;;) { for (;;) { continue outer } break outer }", "", ""],
    ["{ let x = 1; x } x", "", "x"],
    ["{ const f = () => x; let x = 1 }", "", ""],
    ["f(); { function f() {} }", "", "f"],
    ["() => { g(); function g() {} var h; h }", "", ""],
    ["for (const x of x) {}", "", ""],
    ["switch (a) { case b: let c = d; default: c }", "", "a b d"],
    ["typeof a", "", "a"],
    ["import(url)", "", "url"],
    ["async () => { for await (const x of xs) await x }", "", "xs"],
    ["function* g() { yield a; yield* b }", "g", "a b"],
    ["() => { a: while (b) break a }", "", "b"],
    ["/re/.test(s)", "", "s"],
    ["a\n// comment", "", "a"],
    ["", "", ""],
    ["// only a comment", "", ""],
  ]);
});

describe("names every kernel gives", () => {
  analyses([
    ["Math.max(1, x)", "", "x"],
    ["console.log(undefined, NaN, globalThis)", "", ""],
    ["setTimeout(() => fetch(URL), Date.now())", "", ""],
    ["display(html`<b>${x}</b>`)", "", "x"],
    ["new Map([[Symbol.iterator, Promise]])", "", ""],
    ["Math = Math.floor(1)", "Math", "Math"],
    // Names of window that no worker gives, and that notebooks like to use, are ordinary names.
    ["name + status + event + top", "", "name status event top"],
  ]);
});

describe("an expression is tried before a program", () => {
  analyses([
    ["{ a: 1 }", "", ""],
    ["{ a }", "", "a"],
    ["{ a; b }", "", "a b"],
    ["function f() {}", "f", ""],
    ["(function f() {})", "", ""],
    ["function () { return a }", "", "a"],
    ["class { m() { return a } }", "", "a"],
    ["async () => await a", "", "a"],
    ["a, b", "", "a b"],
    ["{ a: 1 }.a", "", ""],
  ]);
});

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import fc from "fast-check";

const require = createRequire(import.meta.url);

/** What cells rarely have, but may. */
const RARE = [
  "let [a, b] = c; for await (const x of y) {} label: while (1) { break label; }",
  "class A { #x; get y() { return this.#x } static { let z; } constructor() {} static async *[k]() {} }",
  "class B extends A { x = super.y; static z = 1; 'constructor'() { super(); } has(o) { return #x in o } }",
  "async function* f(a, b = 1, ...c) { yield* a; await b; return { ...c, get x() { return 1 }, async *[y]() {} } }",
  "({ a = 1 } = {}); [a, ...b] = c; import x, { y as z } from 'm'; import * as n from 'm'; import('x'); import.meta.url",
  "switch (a) { case 1: let x; break; default: const y = 1; case 2: class z {} }",
  "try { let e } catch (e) { var f; let g } finally {}",
  "x = a?.b?.[c]?.(d); delete x.y; `${a}`; tag`x${1}\\u0041`; a ??= b; a **= 2; -(2 ** 2)",
  "for (let i of [a, b]); for (const x in {}); for (var i = 0, j; ;) {} if (1) {} else do ; while (0)",
  "using x = y; await using z = w; a = async (x) => await x; b = async x => ({}); (function g() { return new.target })",
  "/(?<a>x)|(?<b>y)/u; /[/]/g; /\\p{L}/v; 1n; 1_000; 0b11; 0o7; .5e3; 'a\\\nb'",
  "x\n++\ny; a = b\n(c); { a: 1 }; debugger; export { x }; var { p, q: [r] = [], ...s } = t",
  "function d(a, { b }, [c]) { 'use strict'; return a } ; let async = 1; async\nx => y; get = set = of = 1",
];

/** Statements of programs that people wrote, one or several. */
const WRITTEN = ["yjs/dist/yjs.mjs", "marked/lib/marked.esm.js"].flatMap((file) =>
  readFileSync(pathOf(file), "utf8")
    .split(/\n(?=\S)/)
    .filter(({ length }) => length > 20 && length < 2_000),
);

const TOKEN = /[\p{ID_Start}$_][\p{ID_Continue}$]*|\d[\w.]*|=>|\.{3}|[-+*/%&|^!=<>?]+|\s+|[^\s]/gu;
const WORDS =
  "let const async await yield static get of in { } ( ) [ ] , ; => = ... #x ?. ?? new super this class function for ` / 0 1n ' import export eval arguments ++ ** typeof return : ? enum delete using * \n";

interface Change {
  readonly at: number;
  readonly with: number;
  readonly how: "leave out" | "put in" | "put instead" | "exchange";
}

const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.record({
    at: fc.nat(),
    with: fc.nat(),
    how: fc.constantFrom<Change["how"]>("leave out", "put in", "put instead", "exchange"),
  }),
  { maxLength: 3 },
);

/** A source in JavaScript with up to three words that are wrong, missing or too many: about a third can still be read. */
export const arbitraryJavascript: fc.Arbitrary<string> = fc
  .tuple(fc.oneof(fc.constantFrom(...RARE), fc.constantFrom(...WRITTEN)), changes)
  .map(([source, made]) => made.reduce(changed, source.match(TOKEN) ?? []).join(""));

function changed(before: readonly string[], { at, with: other, how }: Change): readonly string[] {
  if (before.length === 0) return before;
  const tokens = [...before];
  const place = at % tokens.length;
  const words = WORDS.split(" ");
  const word = how === "exchange" ? tokens[other % tokens.length] : words[other % words.length];
  if (how === "exchange") tokens[other % tokens.length] = tokens[place] ?? "";
  tokens.splice(place, how === "put in" ? 0 : 1, ...(how === "leave out" ? [] : [word ?? ""]));
  return tokens;
}

function pathOf(file: string): string {
  const [name = "", ...rest] = file.split("/");
  return [require.resolve(name).split(`/node_modules/${name}/`)[0], "node_modules", name, ...rest].join("/");
}

import { describe, expect, it } from "vitest";
import { namePlaces } from "#shared/dataflow/names/namePlaces.ts";

/** The source with marks around each place of a variable, and a mark for places of another form. */
function marked(language: string, source: string): string {
  const places = namePlaces({ kind: "code", language, source }) ?? [];
  const marks = { name: "", shorthand: ":", import: "@", package: "!", table: "", word: "?" };
  return [...places].reverse().reduce((text, { from, to, form }) => {
    return `${text.slice(0, from)}«${marks[form]}${text.slice(from, to)}»${text.slice(to)}`;
  }, source);
}

describe("namePlaces in SQL and in cells of text", () => {
  it.each([
    ["sql", "-- name: «big»\nSELECT * FROM «orders» o JOIN «Items» USING (id) WHERE x > ${«limit» + «f».limit}"],
    ["sql", "SELECT «orders».id, p.orders, orders(1), 'orders' FROM «Orders», «o» p -- orders"],
    ["sql", 'SELECT «"orders"».id FROM «"orders"»'],
    ["sql", "WITH t AS (FROM «a») SELECT t.x FROM t, (FROM «b») AS c"],
    ["sql", "CREATE TABLE «t» AS FROM «a»; INSERT INTO «t» FROM «T»; ALTER TABLE «t» ADD y INT; DROP TABLE «t»"],
    ["sql", "SELECT «?orders», sum(x) AS n FROM «orders»"],
    ["sql", "-- name: «total»\nSELECT sum(x) AS total FROM «a»"],
    ["html", "<b title='x'>${«x».map((y) => «html»`<i>${y + «z»}`)}</b> \\${x}"],
    ["markdown", "# x ${«x»} ${({ «:x», y: 1 })}"],
  ])("%s: %s", (language, source) => {
    expect(marked(language, source.replace(/«[?:]?|»/g, ""))).toBe(source);
  });
});

describe("namePlaces in JavaScript", () => {
  const cases: readonly (readonly [what: string, marked: string])[] = [
    ["definitions and reads", "const «x» = «a» + 1; «x»"],
    ["an expression", "«x» + «y».x"],
    ["an object", "({ x: «x», «:y», ['k' + «z»]: 1 })"],
    ["patterns", "const { a: «b», «:c», «:d» = «e», ...«f» } = «g»"],
    ["not what a function has of its own", "function «f»(a, b = «x») { const y = a; return y + «z» }"],
    ["not what a block has of its own", "{ let x = 1; x } «x»"],
    ["a variable of a block that is the cell's", "if («a») { var «x» = 1 } «x»"],
    ["classes", "class «A» extends «B» { x = «x»; m(x) { return x } } new «A»()"],
    ["loops", "for (const i of «list») «sum» += i"],
    ["assignments and updates", "«x» = 1; «x»++; «x».y = «x»"],
    ["catch", "try { «f»() } catch (e) { «g»(e) }"],
    ["not labels", "x: for (;;) break x"],
  ];
  it.each(cases)("finds %s", (_, text) => {
    expect(marked("javascript", unmarked(text))).toBe(text);
  });

  it("finds nothing in a cell that cannot be read", () => {
    expect(namePlaces({ kind: "code", language: "javascript", source: "x +" })).toBeUndefined();
  });
});

describe("namePlaces in TypeScript", () => {
  const cases = [
    "const «x»: number = «a» as number",
    "function «f»<T>(a: T, b?: x): x { return «x» as unknown as x }",
    "«x»!.y; «f»<string>(«x»)",
    "enum E { A }\nconst «y»: E = «x»",
    "{ a: «x» as number, b: 2 }",
  ];
  it.each(cases)("finds names outside of types: %s", (text) => {
    const source = unmarked(text);
    const found = marked("typescript", source).replace("enum «E»", "enum E");
    expect(found).toBe(text);
  });
});

describe("namePlaces in Python", () => {
  const cases: readonly (readonly [what: string, marked: string])[] = [
    ["definitions and reads", "«x» = «a» + 1\n«x»"],
    ["not attributes and keywords", "«x».x.y\n«f»(x=«x»)"],
    ["not what a function has of its own", "def «f»(a, b=«x»):\n    y = a\n    return y + «z»"],
    ["what a function declares global", "def «f»():\n    global «x»\n    «x» = 1"],
    ["not the variables of comprehensions", "«y» = [x for x in «xs» if x]"],
    ["imports", "import «@numpy»\nimport «!os».path\nimport a as «b»\nfrom m import «@c», d as «e»"],
    ["formatted strings", "f'{«x»} x {«y»:>{«w»}}'"],
    ["classes", "class «A»(«B»):\n    x = «y»\n    z = x"],
    ["decorators", "@«d».e\ndef «f»(): pass"],
    ["with, except, del", "with «o»() as «f»: pass\ntry: pass\nexcept «E» as e: e\ndel «f»"],
    ["match", "match «x»:\n    case «Point»(x=«a»): «a»"],
    ["walrus", "if («n» := «f»()): «n»"],
  ];
  it.each(cases)("finds %s", (_, text) => {
    expect(marked("python", unmarked(text))).toBe(text);
  });
});

it("finds nothing in other languages and kinds", () => {
  expect(namePlaces({ kind: "code", language: "r", source: "x" })).toBeUndefined();
  expect(namePlaces({ kind: "markdown", language: "python", source: "x" })).toBeUndefined();
});

const unmarked = (text: string): string => text.replace(/[«»]|(?<=«)[:@!]/g, "");

import { parse, type Program } from "acorn";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileCell } from "#shared/dataflow/javascript/compileCell.ts";
import { PARSE_OPTIONS } from "#shared/dataflow/javascript/parseCell.ts";
import { quickTree } from "#shared/dataflow/javascript/quickTree.ts";
import { arbitraryJavascript } from "../support/arbitraryJavascript.ts";
import { checkProperty } from "../support/property.ts";

it("gives the tree that acorn gives, or no engine executes the cell", async () => {
  const trees = { alike: 0, none: 0 };
  await checkProperty(
    "JavaScript read by two parsers",
    2_000,
    fc.property(arbitraryJavascript, fc.boolean(), (source, preserveParens) => {
      const tree = quickTree(source, { preserveParens });
      const byAcorn = readByAcorn(source, preserveParens);
      if (tree === undefined) {
        trees.none++;
      } else if (byAcorn === undefined) {
        // Meriyah takes what no engine does in a few places, `import * as let` or `() => a++(b)`: the kernel then says so.
        expect(isExecutable(source)).toBe(false);
      } else {
        trees.alike++;
        expect(plain(tree)).toEqual(plain(byAcorn));
      }
    }),
  );
  // Neither may be rare, or nothing is compared.
  expect(trees.alike).toBeGreaterThan(trees.none / 10);
  expect(trees.none).toBeGreaterThan(trees.alike / 10);
});

function readByAcorn(source: string, preserveParens: boolean): Program | undefined {
  try {
    return parse(source, { ...PARSE_OPTIONS, preserveParens });
  } catch {
    return undefined;
  }
}

// reason: the constructor of async functions has no name of its own.
const AsyncFunction = (async () => {}).constructor as new (code: string) => unknown;

/** True if a kernel would execute any of it. */
function isExecutable(source: string): boolean {
  const compiled = compileCell(source);
  if (!compiled.ok) return false;
  try {
    new AsyncFunction(compiled.value.code);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** What only one of them writes down, and no cell needs: the text of literals, directives, `null` for what is not there. */
const LEFT_OUT = new Set(["raw", "regex", "bigint", "directive", "sourceType", "range", "loc"]);

function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  if (typeof node === "bigint") return node.toString();
  if (node instanceof RegExp) return node.source;
  if (typeof node !== "object" || node === null) return node;
  const entries = Object.entries(node).filter(([key, value]) => !LEFT_OUT.has(key) && isSaid(key, value));
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value)]));
}

/** An arrow function of acorn's has no name, and says whether its body is an expression, which its body says, too. */
const isSaid = (key: string, value: unknown): boolean =>
  value !== undefined && value !== null && value !== false && !(key === "expression" && value === true);

// The analysis of cells in Python, against CPython's own: its compiler's symbol tables, its syntax trees where these say
// more, and the code that it makes.

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { PYTHON_BUILTINS } from "#shared/dataflow/python/builtins.ts";
import { checkProperty, LONG } from "../../support/property.ts";
import { arbitraryPython } from "../../support/python/arbitraryPython.ts";
import { PYTHON_CASES } from "../../support/pythonCases.ts";
import { startCPython, type CPython } from "../../support/python/CPythonNames.ts";

let python: CPython;
beforeAll(async () => {
  python = await startCPython();
}, 60_000);

/** CPython makes no symbol table of a module that awaits, and does not tell what a comprehension assigns around it. */
const COMPARED = PYTHON_CASES.map(([source]) => source).filter(
  (source) => !/^(\[x )?async (for|with)|^await|^\[n for/.test(source),
);

describe("names that CPython finds", () => {
  it.each(COMPARED)("%j", (source) => {
    expect(python.differences(source)).toEqual([]);
  });

  it("are in our list, if Python has them built in", () => {
    const missing = python.builtins().filter((name) => !name.startsWith("_") && !PYTHON_BUILTINS.has(name));
    expect(missing).toEqual([]);
  });
});

describe("Python's own library", () => {
  const STEP = LONG ? 1 : 24;

  it("is read as CPython reads it", () => {
    const read = python.library(0, STEP).map(([name, source]) => [name, python.differences(source)] as const);
    expect(read.filter(([, differences]) => differences === undefined || differences.length > 0)).toEqual([]);
    expect(read.length).toBeGreaterThan(20);
  }, 600_000);
});

describe("any program in Python", () => {
  it("is read as CPython reads it", async () => {
    let [made, valid] = [0, 0];
    await checkProperty(
      "names of Python",
      200,
      fc.property(arbitraryPython, (source) => {
        made++;
        const differences = python.differences(source);
        if (differences === undefined) return;
        valid++;
        expect(differences).toEqual([]);
      }),
    );
    // Most of what is made up at random must be Python, or this would say nothing.
    expect(valid).toBeGreaterThan(made / 2);
  }, 600_000);
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { namePlaces } from "#shared/dataflow/names/namePlaces.ts";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { plainPython } from "#shared/dataflow/python/magicLines.ts";
import { parsePython } from "#shared/dataflow/python/syntax/parsePython.ts";
import { checkProperty } from "../support/property.ts";
import { arbitraryPython, arbitraryPythonSoup } from "../support/python/arbitraryPython.ts";

it("reads whatever stands in a cell, and finds names only where they stand", async () => {
  const cell = fc.oneof(arbitraryPythonSoup, fc.tuple(arbitraryPython, fc.nat()).map(cut));
  await checkProperty(
    "Python with mistakes",
    2_000,
    fc.property(cell, (source) => {
      const { mistake } = parsePython(source);
      if (mistake !== undefined) expect(mistake).toBeLessThanOrEqual(source.length);
      for (const { name, from, to } of namePlaces({ kind: "code", language: "python", source }) ?? []) {
        expect(source.slice(from, to).normalize("NFKC")).toBe(name);
      }
    }),
  );
});

it("reads the lines around a line with a mistake", async () => {
  await checkProperty(
    "Python around a mistake",
    1_000,
    fc.property(
      fc.constantFrom("x = (1 +", "f(a b)", "x = = 1", "x.", "%", "'abc", 'f"{x', "a b c", "1 +", "else"),
      (line) => {
        const compiled = compilePython(`before = 1\n${line}\ndef after(): return other`);
        expect(compiled).toMatchObject({ ok: true });
        if (!compiled.ok) return;
        expect(compiled.value.defines).toEqual(expect.arrayContaining(["before", "after"]));
        expect(compiled.value.inputs).toContain("other");
      },
    ),
  );
});

it("keeps lines and columns of cells with commands of IPython in them", async () => {
  const piece = fc.constantFrom(
    "%",
    "%%",
    "!",
    "?",
    "time",
    "matplotlib",
    "pip",
    " install",
    " ",
    "x",
    "'",
    '"""',
    "(",
    "]",
    "\\",
    "#",
    "\r",
  );
  const line = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(""));
  await checkProperty(
    "commands of IPython",
    5_000,
    fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
      const source = lines.join("\n");
      const { readable, code, refused } = plainPython(source);
      expect(readable).toHaveLength(source.length);
      expect(code.split("\n")).toHaveLength(source.split("\n").length);
      if (!/[%!?]/.test(source)) expect([code, refused]).toEqual([source, undefined]);
    }),
  );
});

/** A program up to some place in it, as while it is typed. */
const cut = ([source, at]: readonly [string, number]): string => source.slice(0, at % (source.length + 1));

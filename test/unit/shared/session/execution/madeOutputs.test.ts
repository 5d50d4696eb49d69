import { expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { mib } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { MadeOutputs } from "#shared/session/execution/MadeOutputs.ts";

const output = (text: string): CellOutput => ({ output_type: "stream", name: "stdout", text });

it("remembers the newest outputs, as many as there is room for, and the last whatever its size", () => {
  const made = new MadeOutputs();
  const note = (name: string, megabytes: number): void =>
    made.note({ hash: contentHashOfText(name), size: mib(megabytes) }, output(name));
  const known = (): readonly string[] =>
    ["a", "b", "c", "d"].filter((name) => made.get(contentHashOfText(name)) !== undefined);
  for (const name of ["a", "b", "c"]) note(name, 20);
  expect(known()).toEqual(["a", "b", "c"]);
  // Again: it counts once, and is the newest.
  note("a", 20);
  note("d", 20);
  expect(known()).toEqual(["a", "c", "d"]);
  note("b", 100);
  expect(known()).toEqual(["b"]);
});

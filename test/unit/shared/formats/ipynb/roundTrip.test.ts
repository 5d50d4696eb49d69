import { describe, expect, it } from "vitest";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { bodiesOf, fixture, NOTEBOOKS, openDraft, readGood, textOf } from "../../../../support/fixtures.ts";

/** Files that must not come back as they were: their ids are repaired, or their version is no longer written. */
const CHANGED = ["broken-ids-4.5.ipynb", "jupyter-v2.ipynb", "jupyter-v3.ipynb"];

describe("a notebook file that goes through the document", () => {
  it.each(NOTEBOOKS.filter((name) => !CHANGED.includes(name)))("comes back byte for byte: %s", (name) => {
    const bytes = fixture(name);
    const read = readGood(bytes);
    const written = writeIpynb(openDraft(read), bodiesOf(read));
    expect(textOf(written.bytes)).toBe(textOf(bytes));
    expect(written.warnings).toEqual([]);
  });
});

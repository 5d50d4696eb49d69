import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { exportFile, FILE_FORMATS, fileNameFor, formatOf, importFile } from "#shared/formats/fileFormats.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { bytesOf, fixture, openDraft } from "../../../support/fixtures.ts";

describe("the format of a file", () => {
  it.each([
    ["Lab 1.ipynb", "ipynb"],
    ["/tmp/a.b/README.MD", "md"],
    ["notes.markdown", "md"],
    ["x.py", "py"],
    ["x.mjs", "js"],
    ["x.txt", undefined],
    ["ipynb", undefined],
    ["x.constructor", undefined],
    ["", undefined],
  ])("is told by its name: %j", (name, format) => {
    expect(formatOf(name)).toBe(format);
  });
});

describe("the file name of a notebook", () => {
  it.each([
    ["Lab 1", "Lab 1.ipynb"],
    ["a/b\\c: d?", "a-b-c- d.ipynb"],
    ["../../etc/passwd", "etc-passwd.ipynb"],
    ["NUL", "_NUL.ipynb"],
    ["con.lab", "_con.lab.ipynb"],
    ["con?", "_con.ipynb"],
    ["Lab 1.?", "Lab 1.ipynb"],
    ["photo\u202egpj", "photo-gpj.ipynb"],
    [" \n. ", "notebook.ipynb"],
    ["", "notebook.ipynb"],
    ["Ä 漢 🎈", "Ä 漢 🎈.ipynb"],
    ["x".repeat(300), `${"x".repeat(120)}.ipynb`],
    [`${"x".repeat(118)}🎈`, `${"x".repeat(118)}.ipynb`],
  ])("can be saved anywhere: %j", (title, name) => {
    expect(fileNameFor(title, "ipynb")).toBe(name);
  });
});

describe("importFile", () => {
  it("refuses kinds of files it does not know, and says which it knows", () => {
    const read = importFile("photo.png", new Uint8Array());
    expect(read.ok ? "" : read.error.message).toBe(
      "this kind of file cannot be opened; known are .ipynb, .md, .py, .js, .meshbook",
    );
  });

  it("gives everybody the same seed for the same notebook, and another for another", () => {
    const seed = (name: string, bytes: Uint8Array): string => {
      const read = importFile(name, bytes);
      if (!read.ok) throw read.error;
      return read.value.seed;
    };
    const bytes = fixture("jupyter-4.5.ipynb");
    expect(seed("lab.ipynb", bytes)).toBe(seed("lab (1).ipynb", bytes));
    // Where only the name gives the title, another name is another notebook, never one notebook with two beginnings.
    const unnamed = bytesOf("# %%\n1\n");
    expect(seed("a.py", unnamed)).toBe(seed("/somewhere/a.py", unnamed));
    expect(seed("a.py", unnamed)).not.toBe(seed("b.py", unnamed));
  });

  it("reads every format that exportFile writes", () => {
    const source = importFile("a.ipynb", fixture("jupyter-4.5.ipynb"));
    if (!source.ok) throw source.error;
    for (const format of FILE_FORMATS) {
      const written = exportFile(openDraft(source.value), format, () => undefined);
      const read = importFile(`a.${format}`, written.bytes);
      if (!read.ok) throw read.error;
      const doc = new Y.Doc();
      Y.applyUpdate(doc, seedUpdate(read.value.seed, read.value.draft));
      expect(exportFile(doc, format, () => undefined).text).toBe(written.text);
      expect(read.value.draft.cells.map(({ kind, source: text }) => [kind, text])).toEqual(
        source.value.draft.cells.map(({ kind, source: text }) => [kind, text]),
      );
    }
  });
});

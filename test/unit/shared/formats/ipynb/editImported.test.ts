import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHash } from "#shared/base/hash.ts";
import { PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { createNotebook, seedUpdate } from "#shared/notebook/createNotebook.ts";
import {
  deleteCells,
  insertCells,
  moveCells,
  restoreCells,
  setCellKind,
  setCellLanguage,
  setCellMetadata,
  setCellSource,
  setTitle,
} from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import {
  bodiesOf,
  bytesOf,
  changedLines,
  fixture,
  idsOf,
  notebookJson,
  NOTEBOOKS,
  openDraft,
  openFixture,
  readGood,
  textOf,
} from "../../../../support/fixtures.ts";

const nothing = (): undefined => undefined;
describe("importing a file on two peers", () => {
  it.each(NOTEBOOKS)("gives the same update, and so one notebook: %s", (name) => {
    const bytes = fixture(name);
    const [one, other] = [readGood(bytes), readGood(new Uint8Array(bytes))];
    const seed = contentHash(bytes);
    const update = seedUpdate(seed, one.draft);
    expect(seedUpdate(seed, other.draft)).toEqual(update);

    const doc = new Y.Doc();
    Y.applyUpdate(doc, update);
    const content = canonicalContent(doc);
    Y.applyUpdate(doc, seedUpdate(seed, other.draft));
    expect(canonicalContent(doc)).toBe(content);
  });

  it("exports the same bytes from the importer's own document as from one that came over the network", () => {
    for (const name of NOTEBOOKS) {
      const read = readGood(fixture(name));
      const own = new Y.Doc();
      createNotebook(own, read.draft);
      expect(writeIpynb(own, bodiesOf(read)).text).toBe(writeIpynb(openDraft(read), bodiesOf(read)).text);
    }
  });
});

describe("editing an imported notebook", () => {
  it("changes the edited lines of the file and no other", () => {
    const { doc, save, original } = openFixture("vscode-4.5.ipynb");
    const cell = idsOf(doc)[1]!;
    setCellSource(doc, cell, "import sys\nprint('one')\nprint('zwei é')\nprint('three')");
    expect(changedLines(original, save())).toEqual({
      removed: ["                \"print('two', file=sys.stderr)\\n\","],
      added: ["                \"print('zwei é')\\n\","],
    });
  });

  it("escapes new text as the file does", () => {
    const { doc, save } = openFixture("ascii-4.5.ipynb");
    setCellSource(doc, idsOf(doc)[7]!, "ñ🎈");
    expect(save()).toContain('"\\u00f1\\ud83c\\udf88"');
  });

  it("keeps the tokens of untouched lines in a touched source", () => {
    const { doc, save, original } = openFixture("colab-github-4.0.ipynb");
    const cell = idsOf(doc)[3]!;
    const source = readNotebook(doc).cells[3]!.source;
    setCellSource(doc, cell, `${source}\n# <end>`);
    const { removed, added } = changedLines(original, save());
    expect(removed).toHaveLength(1);
    expect(added).toEqual([removed[0]!.replace(/"$/, '\\n",'), '        "# <end>"']);
  });

  it("comes back byte for byte when every edit is undone", () => {
    for (const name of ["jupyter-4.4.ipynb", "unknown-4.99.ipynb", "by-hand-4.5.ipynb", "colab-4.0.ipynb"]) {
      const { doc, save, original } = openFixture(name);
      const by = { peer: PeerId.parse("A".repeat(22))!, name: "Ana", at: unixMs(1) };
      const [first, second] = idsOf(doc);
      const { source, metadata, kind, language } = readNotebook(doc).cells[0]!;
      const [extra] = insertCells(doc, "start", [{ kind: "code", language: "python", source: "x" }]);
      setCellSource(doc, first!, "something else");
      setCellMetadata(doc, first!, { other: true });
      setCellKind(doc, first!, kind === "raw" ? "code" : "raw");
      setCellLanguage(doc, first!, "sql");
      moveCells(doc, [first!], "end");
      deleteCells(doc, [second!, extra!], by);
      setTitle(doc, "New");
      expect(save()).not.toBe(original);
      setTitle(doc, readGood(fixture(name)).draft.title);
      restoreCells(doc, [second!]);
      moveCells(doc, [first!], "start");
      setCellLanguage(doc, first!, language);
      setCellKind(doc, first!, kind);
      setCellMetadata(doc, first!, metadata);
      setCellSource(doc, first!, source);
      expect(save()).toBe(original);
    }
  });

  it("keeps number tokens and unknown keys of metadata that was changed beside them", () => {
    const { doc, save, original } = openFixture("nbgrader-4.2.ipynb");
    const { id, metadata } = readNotebook(doc).cells[2]!;
    setCellMetadata(doc, id, { ...metadata, tags: ["a"] });
    expect(changedLines(original, save())).toEqual({
      removed: ["    }"],
      added: ["    },", '    "tags": [', '     "a"', "    ]"],
    });
  });

  it("writes a renamed title into the metadata and leaves an underived one alone", () => {
    const named = openFixture("jupyter-4.5.ipynb");
    setTitle(named.doc, "Renamed");
    expect(changedLines(named.original, named.save())).toEqual({
      removed: ['  "title": "A session"'],
      added: ['  "title": "Renamed"'],
    });
    const colab = openFixture("colab-4.0.ipynb");
    setTitle(colab.doc, "Renamed");
    expect(notebookJson(colab.save()).metadata["title"]).toBe("Renamed");
  });

  it("notes a cell's own language as VS Code does", () => {
    const { doc, save } = openFixture("jupyter-4.5.ipynb");
    setCellLanguage(doc, idsOf(doc)[1]!, "javascript");
    const written = save();
    expect(notebookJson(written).cells[1]!.metadata["vscode"]).toEqual({ languageId: "javascript" });
    expect(readGood(bytesOf(written)).draft.cells[1]?.language).toBe("javascript");
  });

  it("leaves attachments out of a cell that became code, and says so", () => {
    const { doc } = openFixture("jupyter-4.5.ipynb");
    setCellKind(doc, idsOf(doc)[0]!, "code");
    const written = writeIpynb(doc, nothing);
    expect(Object.keys(notebookJson(written.text).cells[0]!)).toEqual([
      "cell_type",
      "execution_count",
      "id",
      "metadata",
      "outputs",
      "source",
    ]);
    expect(written.warnings).toContain("attachments of cell 1 were left out: code cells can have none");
  });
});

describe("the version of the written file", () => {
  it("stays while all cells came with the file, and becomes 4.5 with ids for all when a cell is added", () => {
    for (const name of ["jupyter-4.0.ipynb", "colab-4.0.ipynb", "nbgrader-4.2.ipynb"]) {
      const { doc, save, original } = openFixture(name);
      moveCells(doc, [idsOf(doc)[0]!], "end");
      setCellSource(doc, idsOf(doc)[1]!, "changed");
      expect(notebookJson(save()).nbformat_minor).toBe(notebookJson(original).nbformat_minor);
      insertCells(doc, "end", [{ kind: "markdown", language: "", source: "new" }]);
      const written = notebookJson(save());
      expect(written.nbformat_minor).toBe(5);
      expect(written.cells.map(({ id }) => id)).toEqual(idsOf(doc));
    }
  });

  it("stays above 4.5 for files from the future", () => {
    const { doc, save } = openFixture("unknown-4.99.ipynb");
    insertCells(doc, "end", [{ kind: "code", language: "python", source: "" }]);
    expect(notebookJson(save()).nbformat_minor).toBe(99);
  });

  it("is 4.5 for versions 2 and 3, as nbformat upgrades them", () => {
    const { save } = openFixture("jupyter-v3.ipynb");
    // reason: the fixture is nbformat's own upgrade of the same file.
    const expected = notebookJson(textOf(fixture("jupyter-v3.upgraded.json")));
    const actual = notebookJson(save());
    for (const cell of [...expected.cells, ...actual.cells]) delete cell.id;
    // nbformat forgets the name; here it is the title.
    expect(actual).toEqual({ ...expected, metadata: { ...expected.metadata, title: "An old notebook" } });
    expect(save()).toContain('"big": 12345678901234567890');
    expect(save()).toContain('"one": 1.0');

    const oldest = notebookJson(openFixture("jupyter-v2.ipynb").save());
    expect(oldest).toMatchObject({
      nbformat: 4,
      nbformat_minor: 5,
      metadata: { title: "Oldest" },
      cells: [
        { cell_type: "markdown", source: ["# Older\n", "\n", "still"] },
        {
          cell_type: "code",
          execution_count: 1,
          source: ["1\n", "2"],
          outputs: [
            { output_type: "execute_result", data: { "text/plain": ["2"] }, execution_count: 1, metadata: {} },
            { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
          ],
        },
      ],
    });
  });
});

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { exportFile, importFile, type FileFormat } from "#shared/formats/fileFormats.ts";
import type { NotebookDraft, SeedCell } from "#shared/notebook/createNotebook.ts";
import { seedCell } from "../../support/arbitraryNotebook.ts";
import { bytesOf, openDraft } from "../../support/fixtures.ts";
import { checkProperty, LONG } from "../../support/property.ts";

// The long suite runs twenty times as many cases.
vi.setConfig({ testTimeout: LONG ? 900_000 : 60_000 });

const nothing = (): undefined => undefined;
const LANGUAGE: Readonly<Record<string, string>> = { py: "python", js: "javascript" };

/** What a text file holds of a cell. */
const content = ({ kind, source, metadata, language }: SeedCell): unknown => [
  kind,
  source,
  metadata,
  kind === "code" ? language : "",
];

function readBack(text: string, format: FileFormat): NotebookDraft {
  const read = importFile(`x.${format}`, bytesOf(text));
  if (!read.ok) throw read.error;
  return read.value.draft;
}

describe.each(["py", "js", "md"] as const)("a .%s file", (format) => {
  it("holds the cells of any notebook, and is written the same again", async () => {
    await checkProperty(
      `${format} round trip`,
      500,
      fc.property(fc.array(seedCell, { maxLength: 5 }), (cells) => {
        const draft = { title: "", language: LANGUAGE[format] ?? "python", cells };
        const { text } = exportFile(openDraft({ draft }), format, nothing);
        const read = readBack(text, format);
        expect(read.cells.map(content)).toEqual(cells.map(content));
        expect(exportFile(openDraft({ draft: read }), format, nothing).text).toBe(text);
      }),
    );
  });

  it("may be any text: reading it and writing it twice gives the same", async () => {
    await checkProperty(
      `${format} any text`,
      300,
      fc.property(fc.array(seedCell, { maxLength: 4 }), fc.boolean(), (cells, crlf) => {
        const text = cells.map(({ source }) => source).join("\n");
        const first = readBack(crlf ? text.replaceAll("\n", "\r\n") : text, format);
        const once = exportFile(openDraft({ draft: first }), format, nothing).text;
        const again = readBack(once, format);
        expect(again.cells.map(content)).toEqual(first.cells.map(content));
        expect(exportFile(openDraft({ draft: again }), format, nothing).text).toBe(once);
      }),
    );
  });
});

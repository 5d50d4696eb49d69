import { CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, it } from "vitest";
import { completeTables } from "../../../../../renderer/cell/editor/assist/completeTables.ts";
import { duckDbSql } from "../../../../../renderer/cell/editor/sqlLanguage.ts";

const variables = () => [
  { name: "scores", number: 2 },
  { name: "people", number: undefined },
];

/** What is suggested at `|`. */
async function suggested(text: string, explicit = false): Promise<CompletionResult | null> {
  const pos = text.indexOf("|");
  const state = EditorState.create({ doc: text.replace("|", ""), extensions: [duckDbSql()] });
  return completeTables({ variables })(new CompletionContext(state, pos, explicit));
}

describe("completeTables", () => {
  it("suggests variables of other cells, with the cell that defines each", async () => {
    expect(await suggested("select * from sc|")).toMatchObject({
      from: 14,
      options: [
        { label: "scores", detail: "table of cell 2", boost: 90 },
        { label: "people", detail: "table", boost: 90 },
      ],
    });
  });

  it.each([
    ["select * from a, sc|", 90],
    ["select * from a join sc|", 90],
    ["summarize sc|", 90],
    ["select sc|", 1],
    ["select * from a where sc|", 1],
  ])("puts them first where a table is wanted: %s", async (text, boost) => {
    expect((await suggested(text))?.options[0]?.boost).toBe(boost);
  });

  it.each(["select 'sc|'", "select 1 -- sc|", 'select "sc|"', "select a.sc|", "select |"])(
    "suggests nothing in %s",
    async (text) => {
      expect(await suggested(text)).toBe(null);
    },
  );

  it("suggests all where somebody asks", async () => {
    expect((await suggested("select * from |", true))?.options).toHaveLength(2);
  });
});

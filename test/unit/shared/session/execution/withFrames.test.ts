import { expect, it } from "vitest";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { programOf } from "#shared/dataflow/resolveInputs.ts";
import { CellId } from "#shared/base/ids.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { withFrames } from "#shared/session/execution/withFrames.ts";

/** What the last of these cells imports when it is executed. */
function imports(...cells: readonly (readonly [language: string, source: string])[]): readonly string[] | undefined {
  const list = cells.map(
    // reason: of a cell the reader looks at these alone.
    ([language, source], at) => ({ id: CellId.parse(`c${at}`)!, kind: "code", language, source }) as unknown as Cell,
  );
  const flow = new FlowReader().read(list);
  return withFrames(flow, programOf(flow.get(list.at(-1)!.id)!)!).imports;
}

const TABLE = ["sql", "-- name: t\nSELECT 1 AS a"] as const;
const PANDAS = ["python", "import pandas as pd"] as const;
const POLARS = ["python", "import polars"] as const;

it("imports what the notebook has for tables where a cell in Python reads one", () => {
  expect(imports(TABLE, PANDAS, ["python", "t"])).toEqual(["pandas"]);
  expect(imports(TABLE, POLARS, ["python", "import json\nt"])).toEqual(["json", "polars"]);
  expect(imports(POLARS, PANDAS, TABLE, ["python", "t"])).toEqual(["pandas"]);
});

it("leaves a cell alone that chose for itself, reads no table, or where nobody has a library", () => {
  expect(imports(TABLE, PANDAS, ["python", "import polars\nt"])).toEqual(["polars"]);
  expect(imports(TABLE, PANDAS, ["python", "1"])).toBeUndefined();
  expect(imports(["javascript", "const t = [{ a: 1 }]"], PANDAS, ["python", "t"])).toBeUndefined();
  expect(imports(TABLE, ["python", "t"])).toBeUndefined();
  expect(imports(TABLE, PANDAS, ["javascript", "t"])).toBeUndefined();
});

import * as Y from "yjs";
import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { CellPlanner } from "#shared/session/execution/CellPlanner.ts";
import { untilTrue } from "../../../support/until.ts";

const cell = (index: number, letters: number): Cell => ({
  ...{ id: CellId.parse(`cell-${index}`)!, kind: "code", language: "javascript" },
  source: `const v${index} = "${"x".repeat(letters)}";`,
  ...{ deleted: undefined, metadata: {} },
});

describe("CellPlanner.warm", () => {
  it("parses few cells in one go, and pauses before more of many", async () => {
    const prepared: string[] = [];
    class Watched extends FlowReader {
      override prepare(one: Cell): void {
        prepared.push(one.id);
        super.prepare(one);
      }
    }
    const pauses: (() => void)[] = [];
    const pause = (): Promise<void> => new Promise((resolve) => pauses.push(resolve));
    new CellPlanner(new Y.Doc(), new Watched()).warm(() => [1, 2, 3, 4, 5].map((index) => cell(index, 9_000)), pause);
    await untilTrue("it pauses", () => pauses.length === 1);
    expect(prepared).toEqual(["cell-1", "cell-2", "cell-3"]);
    pauses[0]!();
    await untilTrue("all are read", () => prepared.length === 5);
  });
});

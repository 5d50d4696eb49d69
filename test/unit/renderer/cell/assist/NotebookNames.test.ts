import { expect, it } from "vitest";
import * as Y from "yjs";
import { CellId } from "#shared/base/ids.ts";
import { FlowReader } from "#shared/dataflow/FlowReader.ts";
import { ms } from "#shared/base/units.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { NotebookNames } from "../../../../../renderer/cell/editor/assist/NotebookNames.ts";
import { ValueLooker } from "../../../../../renderer/cell/editor/assist/ValueLooker.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

it("suggests a name as soon as it is written, and tells others of it after a pause", () => {
  const clock = new FakeClock();
  const doc = new Y.Doc();
  const [first, second] = [CellId.parse("c0")!, CellId.parse("c1")!];
  const cells = [first, second].map((id) => ({ kind: "code", language: "javascript", source: "", id }) as const);
  createNotebook(doc, { title: "t", language: "javascript", cells });
  const names = new NotebookNames(doc, new FlowReader(), (delay, callback) => clock.after(delay, callback));
  let told = 0;
  names.changed.subscribe(() => told++);
  clock.advance(ms(0));
  expect(told).toBe(1);

  cellSource(notebookRoots(doc).cells, first)?.insert(0, "const scores = [3]");
  const looker = new ValueLooker({ cell: second, names, values: { look: () => Promise.resolve([]) } });
  expect(looker.variables()).toEqual([{ name: "scores", number: 1 }]);
  expect(told).toBe(1);
  clock.advance(ms(500));
  expect(told).toBe(2);
});

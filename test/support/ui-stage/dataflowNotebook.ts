import { RunId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { deleteCells, setCellSource } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { FAKE_PEER, type FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const SOURCES = [
  "const nodes = 1_000;\nconst fanOut = 2;",
  "const seed = 7;",
  "function spread(known) {\n  return known.size * fanOut + seed;\n}",
  "const rounds = [1, 2, 4].map((round) => spread(new Set([round])));",
  "rounds.length / nodes",
  "const best = worst - 1;",
  "const worst = best + 1;",
  "limit * 2",
  "const limit = 10;",
  "const limit = 20;",
];

/** Cells that read from one another: some out of date, a circle, a name that several cells define. */
export function dataflowNotebook(meshbook: FakeMeshbook): FakeNotebookSession {
  const cells = SOURCES.map((source) => ({ kind: "code", language: "javascript", source }) as const);
  const session = meshbook.addNotebook({ title: "Who reads what", language: "javascript", cells });
  const ids = readNotebook(session.doc).cells.map(({ id }) => id);
  const runs = ids.map(() => RunId.create());
  const read = (...names: readonly (readonly [string, number])[]) =>
    Object.fromEntries(names.map(([name, at]) => [name, runs[at]!]));
  const inputs = [{}, {}, read(["fanOut", 0], ["seed", 1]), read(["spread", 2]), read(["rounds", 3], ["nodes", 0])];
  for (const [at, own] of inputs.entries()) session.writeRun(ids[at]!, [], { run: runs[at]!, inputs: own });
  setCellSource(session.doc, ids[0]!, "const nodes = 2_000;\nconst fanOut = 2;");
  deleteCells(session.doc, [ids[1]!], { peer: FAKE_PEER, name: "Ada", at: unixMs(Date.now()) });
  return session;
}

import { ms, unixMs } from "#shared/base/units.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { setMemo } from "#shared/notebook/kept/memoMark.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { KeptMark } from "#shared/notebook/runRecord.ts";
import { fakeId, type FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const code = (source: string, language = "javascript") => ({ kind: "code", language, source }) as const;
const KEY = contentHashOfText("key");
const HOUR = 3_600_000;

/** Cells whose result is kept: of somebody else, kept just now, not to be kept, and not run yet. */
export function withKept(meshbook: FakeMeshbook): FakeNotebookSession {
  const cells = [
    code("const model = train(rows, { epochs: 400 });\nmodel.loss"),
    code("primes = sieve(10_000_000)\nlen(primes)", "python"),
    code("const predict = (row) => model.weights.map((w, i) => w * row[i]);"),
    code("const folds = crossValidate(rows, 10);"),
  ];
  const session = meshbook.addNotebook({ title: "Training", language: "javascript", cells }, { place: "class" });
  const ids = readNotebook(session.doc).cells.map(({ id }) => id);
  for (const id of ids) setMemo(session.doc, id, true);
  const at = unixMs(Date.now() - HOUR);
  const marks: readonly KeptMark[] = [
    { key: KEY, from: { by: fakeId("ben"), name: "Ben Okafor", at } },
    { key: KEY },
    { refused: "predict cannot travel to another computer: a function" },
  ];
  const value = (text: string): CellOutput => ({
    ...{ output_type: "execute_result", data: { "text/plain": text }, metadata: {}, execution_count: null },
  });
  for (const [index, kept] of marks.entries()) {
    const outputs = index === 2 ? [] : [value(["0.0316", "664579"][index] ?? "")];
    const id = ids[index];
    if (id !== undefined)
      session.writeRun(id, outputs, { started: at, duration: ms(index === 1 ? 8_400 : 3), count: index + 1, kept });
  }
  return session;
}

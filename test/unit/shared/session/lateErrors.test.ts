import { expect, it } from "vitest";
import type { RunId } from "#shared/base/ids.ts";
import { encodeItem } from "#shared/jobs/outputLog.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { LateErrors } from "#shared/session/LateErrors.ts";
import { peerOf, runOf } from "../../../support/jobs/messages.ts";

const error: CellOutput = { output_type: "error", ename: "Uncaught Error", evalue: "x", traceback: [] };
const late = (run: RunId, ...outputs: readonly CellOutput[]) =>
  ({ type: "late", job: run, data: encodeItem(outputs) }) as const;

it("hears of a job only from the agent that has it, and only errors", () => {
  const heard: unknown[] = [];
  const errors = new LateErrors();
  errors.subscribe((one) => heard.push(one));
  const [run, ana, eve] = [runOf("r"), peerOf("a"), peerOf("e")];
  errors.hear(ana, late(run, error));
  errors.given(run, eve);
  errors.given(run, ana);
  errors.hear(eve, late(run, error));
  errors.hear(ana, late(runOf("other"), error));
  errors.hear(ana, { type: "late", job: run, data: new Uint8Array([1, 2]) });
  expect(heard).toEqual([]);
  errors.hear(ana, late(run, { output_type: "stream", name: "stdout", text: "printed" }, error));
  expect(heard).toEqual([{ run, output: error }]);
});

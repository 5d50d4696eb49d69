import { expose } from "comlink";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { KernelLostError } from "#shared/base/errors.ts";
import { KernelId, RunId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { WorkerKernel } from "../../../../../renderer/adapters/runner/WorkerKernel.ts";
import { flowOf, requestFor } from "../../../../support/programs.ts";

const value: CellOutput = {
  output_type: "execute_result",
  data: { "text/plain": "1" },
  metadata: {},
  execution_count: null,
};
const never = (): Promise<never> => new Promise(() => {});

describe("a kernel whose worker answers", () => {
  let ports: MessageChannel;
  beforeEach(() => (ports = new MessageChannel()));
  afterEach(() => {
    ports.port1.close();
    ports.port2.close();
  });

  function kernelAnswering(answer: (cell: string) => unknown): WorkerKernel {
    expose({ execute: ({ program }: { program: { cell: string } }) => answer(program.cell) }, ports.port2);
    ports.port1.start();
    return new WorkerKernel(KernelId.create(), ports.port1, {
      clock: systemClock,
      copies: new Set(),
      ...{ terminate: () => {}, interrupt: () => {}, answer: () => {} },
      ...{ loadPython: never, loadSql: never, loadPlot: never, loadModules: never, loadWheels: never },
    });
  }

  it("gives the outputs that come with the end before it, and in one task with it", async () => {
    const kernel = kernelAnswering((cell) => ({ status: "ok", cell, outputs: JSON.stringify([value]) }));
    const heard: unknown[] = [];
    const request = { ...requestFor(flowOf({ a: "1" }), "a"), run: RunId.create() };
    await kernel
      .execute(
        request,
        (output) => {
          heard.push(output);
          setTimeout(() => heard.push("the next task"));
        },
        new AbortController().signal,
      )
      .then(({ status }) => heard.push(status));
    expect(heard).toEqual([value, "ok"]);
  });

  it("is lost if it sends as outputs what is no text", async () => {
    const kernel = kernelAnswering((cell) => ({ status: "ok", cell, outputs: [value] }));
    const request = { ...requestFor(flowOf({ a: "1" }), "a"), run: RunId.create() };
    const run = kernel.execute(request, () => {}, new AbortController().signal);
    await expect(run).rejects.toBeInstanceOf(KernelLostError);
  });
});

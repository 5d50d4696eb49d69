import { expect, it } from "vitest";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { python, request } from "../support/pythonPrograms.ts";
import { runOn } from "./kernel.ts";

/** What cells in Python say of errors that only Python has. */
export function pythonErrorCases(kernel: () => Kernel): void {
  it("tells the errors of a group", async () => {
    const source = "raise ExceptionGroup('two', [ValueError('a'), TypeError('b')])";
    const { outputs } = await runOn(kernel(), request(python("a", source)));
    const error = outputs.at(-1)!;
    expect(error.output_type === "error" && error.traceback.slice(-2)).toEqual([
      "Contains ValueError: a",
      "Contains TypeError: b",
    ]);
  });

  it("says what to write instead of asyncio.run, and warns of nothing else", async () => {
    const source = "import asyncio\nasync def f(): pass\nasyncio.run(f())";
    const { outputs } = await runOn(kernel(), request(python("a", source)));
    expect(outputs).toMatchObject([
      { ename: "RuntimeError", evalue: expect.stringContaining("write `await`") as string },
    ]);
  });
}

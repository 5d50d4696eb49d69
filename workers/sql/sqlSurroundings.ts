import type { CellId } from "#shared/base/ids.ts";
import type { CellConsole } from "../kernel/captureConsole.ts";
import type { CellFunction } from "../kernel/CellCodes.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";
import type { errorOutput, foreignErrorOutput } from "../kernel/errorOutput.ts";
import type { RunOutputs } from "../kernel/RunOutputs.ts";

/** What the worker gives to the runtime of SQL, which comes as a program of its own when it is first needed. */
export interface SqlSurroundings {
  readonly codes: Parameters<typeof errorOutput>[2] & {
    load(program: CellProgram, globals: Readonly<Record<string, unknown>>, inputs: readonly string[]): CellFunction;
    /** Whether this name can be that of a parameter. */
    isParameter(name: string): boolean;
  };
  readonly errorOutput: typeof errorOutput;
  readonly foreignErrorOutput: typeof foreignErrorOutput;
  readonly consoleOf: (cell: CellId, outputs: RunOutputs) => CellConsole;
}

import { messageOf } from "#shared/base/errors.ts";
import type { LanguageStart } from "#shared/contracts/kernel/languageStart.ts";
import type { SqlFiles } from "#shared/contracts/kernel/sqlFiles.ts";
import { captureConsole } from "../kernel/captureConsole.ts";
import type { CellRuntime } from "../kernel/CellRuntime.ts";
import { errorOutput, foreignErrorOutput, traceLines } from "../kernel/errorOutput.ts";
import type { startSql } from "./sqlEngine.ts";
import type { SqlSurroundings } from "./sqlSurroundings.ts";

/** Lets a runtime execute cells in SQL. Never rejects. */
export async function addSql(runtime: CellRuntime, files: SqlFiles): Promise<LanguageStart> {
  if (runtime.has("sql")) return { status: "ready", cold: false };
  const engine = URL.createObjectURL(new Blob([files.engine], { type: "text/javascript" }));
  try {
    // reason: the build made it of sqlEngine.ts.
    const program = (await import(/* @vite-ignore */ engine)) as { readonly startSql: typeof startSql };
    runtime.add("sql", await program.startSql(files, surroundingsOf(runtime)));
    return { status: "ready", cold: false };
  } catch (error) {
    return { status: "failed", message: `SQL could not start: ${messageOf(error)}` };
  } finally {
    URL.revokeObjectURL(engine);
  }
}

function surroundingsOf({ codes }: CellRuntime): SqlSurroundings {
  return {
    codes,
    errorOutput,
    foreignErrorOutput,
    consoleOf: (cell, outputs) =>
      captureConsole({
        get closed() {
          return outputs.closed;
        },
        print: (name, text) => outputs.print(name, text),
        trace: (error) => traceLines(error, cell, codes).join("\n"),
      }),
  };
}

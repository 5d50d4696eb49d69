import { messageOf } from "#shared/base/errors.ts";
import type { LanguageStart } from "#shared/contracts/kernel/languageStart.ts";
import type { PythonFiles } from "#shared/contracts/kernel/pythonFiles.ts";
import type { CellRuntime } from "../kernel/CellRuntime.ts";
import type { PythonSurroundings } from "./PythonRuntime.ts";
import { startPython } from "./startPython.ts";

/** Lets a runtime execute cells in Python. Never rejects. */
export async function addPython(
  runtime: CellRuntime,
  files: PythonFiles,
  surroundings: PythonSurroundings,
): Promise<LanguageStart> {
  if (runtime.has("python")) return { status: "ready", cold: false };
  try {
    const started = await startPython(files, surroundings);
    runtime.add("python", started.runtime);
    return { status: "ready", cold: started.cold };
  } catch (error) {
    return { status: "failed", message: messageOf(error) };
  }
}

import { messageOf } from "#shared/base/errors.ts";
import type { LanguageStart } from "#shared/contracts/kernel/languageStart.ts";
import type { CellRuntime } from "../kernel/CellRuntime.ts";
import type { createPlot } from "./plotEngine.ts";

/** Gives cells `Plot`. Never rejects. */
export async function addPlot(runtime: CellRuntime, program: Blob): Promise<LanguageStart> {
  const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  try {
    // reason: the build made it of plotEngine.ts.
    const made = (await import(/* @vite-ignore */ address)) as { readonly createPlot: typeof createPlot };
    runtime.plot = made.createPlot();
    return { status: "ready", cold: false };
  } catch (error) {
    return { status: "failed", message: `Plot could not start: ${messageOf(error)}` };
  } finally {
    URL.revokeObjectURL(address);
  }
}

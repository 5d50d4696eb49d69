import { systemClock } from "#shared/adapters/systemClock.ts";
import type { ModuleLoaderOptions } from "#shared/packages/ModuleLoader.ts";
import type { LoadModules } from "#shared/packages/KernelImports.ts";

/** Gets modules for cells of one notebook. Its own program is loaded when the first cell imports something. */
export function moduleLoader(options: Pick<ModuleLoaderOptions, "grants" | "cache" | "pins">): LoadModules {
  return async (texts, ask) => {
    const [{ ModuleLoader }, { fetchModule }, { transformAside }] = await Promise.all([
      import("#shared/packages/ModuleLoader.ts"),
      import("./fetchModule.ts"),
      import("./transformAside.ts"),
    ]);
    return new ModuleLoader({
      ...{ clock: systemClock, fetch: fetchModule, transform: transformAside },
      ...options,
    }).load(texts, ask);
  };
}

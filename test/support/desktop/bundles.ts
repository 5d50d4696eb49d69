import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { InputOptions, OutputOptions } from "rolldown";

type Bundle = InputOptions & { readonly output: OutputOptions & { readonly dir: string } };

/** What `electron/rolldownEntries.mjs` exports: plain JavaScript, because it runs before anything is built. */
interface RolldownEntries {
  readonly desktopBundles: readonly [main: Bundle, preload: Bundle];
  readonly bundleDesktop: (folder?: string) => Promise<void>;
}

export const repository = join(import.meta.dirname, "../../..");

export async function rolldownEntries(): Promise<RolldownEntries> {
  return (await import(pathToFileURL(join(repository, "electron/rolldownEntries.mjs")).href)) as RolldownEntries;
}

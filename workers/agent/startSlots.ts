// Finds out how well this machine can shut a slot in, and starts slots that way.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { messageOf } from "#shared/base/errors.ts";
import { LATE_FILE_NAMES } from "#shared/contracts/kernel/lateFiles.ts";
import { PYTHON_FILE_NAMES } from "#shared/contracts/kernel/pythonFiles.ts";
import type { PackageLoaders } from "#shared/packages/KernelImports.ts";
import type { CellLanguage } from "#shared/ports/Kernel.ts";
import { DenoKernel } from "./DenoKernel.ts";
import { findDeno } from "./denoBinary.ts";
import { watchMemory } from "./watchMemory.ts";
import { possibleWrappings, slotCommand, type SlotPaths, type Wrapping } from "./slotCommand.ts";

export interface Slots {
  /** 3: Deno inside namespaces of the operating system; 2: Deno alone. */
  readonly isolation: 2 | 3;
  /** Languages whose cells they execute. */
  readonly languages: readonly CellLanguage[];
  /** @throws KernelLostError if it does not start */
  readonly start: () => Promise<DenoKernel>;
}

/** Folder of the slot's entries beside this bundle. */
const SLOT_FOLDER = fileURLToPath(new URL("../slot", import.meta.url));

/** Folder of Python's files, if the build made them. */
const PYTHON_FOLDER = fileURLToPath(new URL("../python", import.meta.url));

/** Folder of the files of SQL and Plot, if the build made them. */
const LATER_FOLDER = fileURLToPath(new URL("../later", import.meta.url));

/** The strongest isolation in which a slot really starts here. `loaders`: see DenoKernel. @throws Error if none starts */
export async function probeSlots(loaders: PackageLoaders = {}, folder = SLOT_FOLDER): Promise<Slots> {
  const deno = findDeno();
  if (deno === undefined) {
    throw new Error(`there is no Deno for ${process.platform}-${process.arch}: cells cannot be executed safely here`);
  }
  const python = existsSync(join(PYTHON_FOLDER, PYTHON_FILE_NAMES.wasm)) ? PYTHON_FOLDER : undefined;
  const later = existsSync(join(LATER_FOLDER, LATE_FILE_NAMES.sql.wasm)) ? LATER_FOLDER : undefined;
  const languages: readonly CellLanguage[] = [
    "javascript",
    ...(python === undefined ? [] : (["python"] as const)),
    ...(later === undefined ? [] : (["sql"] as const)),
  ];
  let failure: unknown;
  for (const wrapping of possibleWrappings()) {
    const start = starterOf({ deno, slot: folder, python, later }, wrapping, loaders);
    try {
      const trial = await start();
      trial.close();
      return { isolation: wrapping.bwrap === undefined ? 2 : 3, languages, start };
    } catch (error) {
      // Many systems have the program and forbid its use: then the next weaker way is tried.
      failure = error;
    }
  }
  const reason =
    failure instanceof Error && failure.cause instanceof Error ? failure.cause.message : messageOf(failure);
  throw new Error(`no slot can be started on this machine: ${reason}`, { cause: failure });
}

function starterOf(paths: SlotPaths, wrapping: Wrapping, loaders: PackageLoaders): () => Promise<DenoKernel> {
  return async () => {
    const kernel = await DenoKernel.start(slotCommand(paths, wrapping), loaders);
    // prlimit refuses the allocation itself, so that the cell gets an error and lives.
    if (wrapping.prlimit === undefined) watchMemory(kernel);
    return kernel;
  };
}

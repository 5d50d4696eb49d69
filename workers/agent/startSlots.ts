// Finds out how well this machine can shut a slot in, and starts slots that way.

import { fileURLToPath } from "node:url";
import { DenoKernel } from "./DenoKernel.ts";
import { findDeno } from "./denoBinary.ts";
import { watchMemory } from "./watchMemory.ts";
import { possibleWrappings, slotCommand, type Wrapping } from "./slotCommand.ts";

export interface Slots {
  /** 3: Deno inside namespaces of the operating system; 2: Deno alone. */
  readonly isolation: 2 | 3;
  /** @throws KernelLostError if it does not start */
  readonly start: () => Promise<DenoKernel>;
}

/** Folder of the slot's entries beside this bundle. */
const SLOT_FOLDER = fileURLToPath(new URL("../slot", import.meta.url));

/** The strongest isolation in which a slot really starts here. @throws Error if none starts */
export async function probeSlots(folder = SLOT_FOLDER): Promise<Slots> {
  const deno = findDeno();
  if (deno === undefined) {
    throw new Error(`there is no Deno for ${process.platform}-${process.arch}: cells cannot be executed safely here`);
  }
  let failure: unknown;
  for (const wrapping of possibleWrappings()) {
    const start = starterOf({ deno, slot: folder }, wrapping);
    try {
      const trial = await start();
      trial.close();
      return { isolation: wrapping.bwrap === undefined ? 2 : 3, start };
    } catch (error) {
      // Many systems have the program and forbid its use: then the next weaker way is tried.
      failure = error;
    }
  }
  throw new Error("no slot can be started on this machine", { cause: failure });
}

function starterOf(paths: { deno: string; slot: string }, wrapping: Wrapping): () => Promise<DenoKernel> {
  return async () => {
    const kernel = await DenoKernel.start(slotCommand(paths, wrapping));
    // prlimit refuses the allocation itself, so that the cell gets an error and lives.
    if (wrapping.prlimit === undefined) watchMemory(kernel);
    return kernel;
  };
}

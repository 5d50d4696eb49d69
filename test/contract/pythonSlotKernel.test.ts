import { join } from "node:path";
import { DenoKernel } from "../../workers/agent/DenoKernel.ts";
import { DIST, ensureBuilt } from "../support/built.ts";
import { pythonKernelContract } from "./pythonKernel.ts";
import { findDeno } from "../../workers/agent/denoBinary.ts";
import { possibleWrappings, slotCommand } from "../../workers/agent/slotCommand.ts";

await ensureBuilt();
const paths = { deno: findDeno() ?? "", slot: join(DIST, "slot"), python: join(DIST, "python") };

pythonKernelContract("a slot, shut in as well as this machine can", {
  start: async () => {
    let failure: unknown;
    for (const wrapping of possibleWrappings()) {
      try {
        return await DenoKernel.start(slotCommand(paths, wrapping));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  },
  asks: false,
});

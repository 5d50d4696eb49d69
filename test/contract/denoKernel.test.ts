import { join } from "node:path";
import { DenoKernel } from "../../workers/agent/DenoKernel.ts";
import { findDeno } from "../../workers/agent/denoBinary.ts";
import { possibleWrappings, slotCommand, type Wrapping } from "../../workers/agent/slotCommand.ts";
import { DIST, ensureBuilt } from "../support/built.ts";
import { kernelContract } from "./kernel.ts";

const nameOf = ({ bwrap, prlimit }: Wrapping): string =>
  ["Deno", bwrap && "bubblewrap", prlimit && "prlimit"].filter(Boolean).join(" in ");

await ensureBuilt();
const slotFolder = join(DIST, "slot");
const deno = findDeno();
if (deno === undefined) throw new Error(`no Deno for ${process.platform}-${process.arch}`);

for (const wrapping of await thatStart()) {
  kernelContract(`a slot: ${nameOf(wrapping)}`, {
    start: () => DenoKernel.start(slotCommand({ deno, slot: slotFolder }, wrapping)),
    stopsLoops: true,
    hearsUncaught: true,
    kill: (kernel) => {
      if (kernel instanceof DenoKernel && kernel.pid !== undefined) process.kill(kernel.pid, "SIGKILL");
      return Promise.resolve();
    },
  });
}

/** The strongest way that works here and the weakest, which every machine has. */
async function thatStart(): Promise<readonly Wrapping[]> {
  const working: Wrapping[] = [];
  for (const wrapping of possibleWrappings()) {
    try {
      (await DenoKernel.start(slotCommand({ deno: deno ?? "", slot: slotFolder }, wrapping))).close();
      working.push(wrapping);
    } catch {
      console.log(`slots: ${nameOf(wrapping)} does not start on this machine and is not tested`);
    }
  }
  return working.filter((_, at) => at === 0 || at === working.length - 1);
}

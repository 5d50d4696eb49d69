// Runs of cells that use `cluster`, with the runtime of real kernels on all sides and no network between them.

import { CellId, PeerId, RunId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { ClusterTasks } from "#shared/session/cluster/ClusterTasks.ts";
import type { AgentView } from "#shared/session/views.ts";
import { CellRuntime } from "../../workers/kernel/CellRuntime.ts";
import { MemoryKernel } from "./MemoryKernel.ts";
import { flowOf, programIn } from "./programs.ts";

export const agent = (slots: number, name = "Ada", languages: readonly string[] = ["javascript"]): AgentView => ({
  ...{ peer: PeerId.parse(name.padEnd(22, "A"))!, name, languages, slots, freeSlots: slots, isolationLevel: 2 },
});

/** Runs cell `here` of a notebook whose other cells are `others`; gives what it shows and where its tasks were done. */
export async function runOnCluster(
  sources: Readonly<Record<string, string>>,
  agents: readonly AgentView[],
  kernel: (peer: PeerId) => Kernel | undefined = () => new MemoryKernel(),
): Promise<{ readonly outputs: readonly CellOutput[]; readonly used: readonly PeerId[]; readonly closed: boolean }> {
  const flow = flowOf(sources);
  const used: PeerId[] = [];
  const open = new Set<Kernel>();
  const tasks = new ClusterTasks(
    {
      agents: () => agents,
      kernel: (peer) => {
        used.push(peer);
        const made = kernel(peer);
        if (made === undefined) return undefined;
        const close = made.close.bind(made);
        open.add(made);
        made.close = () => {
          open.delete(made);
          close();
        };
        return made;
      },
    },
    { flow, cell: CellId.parse("here")! },
  );
  const outputs: CellOutput[] = [];
  const runtime = new CellRuntime(
    (_, events) => outputs.push(...events),
    (_, request) => tasks.answer(request),
  );
  const others = Object.keys(sources).filter((id) => id !== "here");
  await runtime.execute(
    RunId.create(),
    programIn(flow, "here"),
    others.map((id) => programIn(flow, id)),
  );
  tasks.close();
  return { outputs, used, closed: open.size === 0 };
}

export const shown = (outputs: readonly CellOutput[]): unknown =>
  outputs.flatMap((output) =>
    output.output_type === "execute_result" ? [output.data["application/json"] ?? output.data["text/plain"]] : [],
  )[0];
export const errorIn = (outputs: readonly CellOutput[]): string =>
  outputs.flatMap((output) => (output.output_type === "error" ? [output.evalue] : [])).join();

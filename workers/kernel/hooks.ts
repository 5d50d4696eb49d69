import type { CellId } from "#shared/base/ids.ts";
import { GIVEN_HOOK, SHARE_HOOK, SHARED_HOOK, TASK_HOOK } from "#shared/contracts/kernel/clusterCalls.ts";
import { KEEP_HOOK, KEPT_HOOK } from "#shared/contracts/kernel/keptValues.ts";
import { runTask } from "./cluster/runTask.ts";
import { Shares } from "./cluster/Shares.ts";
import { unpack } from "./cluster/travel.ts";
import { keepValues, keptGetters } from "./kept/keepValues.ts";
import type { Getter } from "./LanguageRuntime.ts";

/** What programs call that nobody wrote in a cell: tasks of other computers, and programs that stand for a cell's values. */
export function createHooks(
  gettersOf: (cell: CellId) => ReadonlyMap<string, Getter> | undefined,
): Readonly<Record<string, unknown>> {
  const shares = new Shares();
  return {
    [TASK_HOOK]: runTask,
    [SHARE_HOOK]: shares.take,
    [SHARED_HOOK]: shares.get,
    [GIVEN_HOOK]: unpack,
    [KEEP_HOOK]: (cell: CellId, names: readonly string[]) => keepValues(gettersOf(cell), names),
    [KEPT_HOOK]: keptGetters,
  };
}

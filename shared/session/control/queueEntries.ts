import type { RunId } from "../../base/ids.ts";
import type { RunningPeer } from "../../execution/cellState.ts";
import type { ActiveExecution, ExecutionPlace } from "../../execution/execution.ts";
import { canReorder } from "../../execution/reorder.ts";
import type { LiveRun } from "../execution/LiveRun.ts";
import type { QueueEntry } from "./ExecutionControl.ts";

export interface QueueFacts {
  readonly executions: readonly ActiveExecution[];
  readonly others: readonly RunningPeer[];
  readonly live: (run: RunId) => LiveRun | undefined;
  readonly placeName: (place: ExecutionPlace) => string;
}

/** Others' that are shown: a class of thirty may run everything at once. */
const OTHERS_SHOWN = 50;

/** Everything that runs and waits: ours, those that run first; then what others show. */
export function queueEntries(facts: QueueFacts): readonly QueueEntry[] {
  const { executions } = facts;
  const running = executions.filter(({ state }) => state === "running");
  const queued = executions.filter(({ state }) => state === "queued");
  const ours = [...running, ...queued].map((execution) => ownEntry(execution, facts));
  const theirs = facts.others.flatMap(({ name, running: shown }) =>
    shown.map(({ cell, run }): QueueEntry => {
      const nothing = { where: "", since: undefined, asked: true, canMoveUp: false, canMoveDown: false };
      return { run, cell, state: "running", by: name, ...nothing };
    }),
  );
  return [...ours, ...theirs.slice(0, OTHERS_SHOWN)];
}

function ownEntry(execution: ActiveExecution, { executions, live, placeName }: QueueFacts): QueueEntry {
  const { run, cell, place, asked } = execution;
  const state = execution.state === "queued" ? "queued" : execution.stopping ? "stopping" : "running";
  return {
    ...{ run, cell, state, asked, by: "", where: placeName(place) },
    place: live(run)?.place,
    labels: place.at === "any" ? place.labels : undefined,
    waits: live(run)?.waits,
    since: live(run)?.started,
    canMoveUp: canReorder(executions, run, -1),
    canMoveDown: canReorder(executions, run, 1),
  };
}

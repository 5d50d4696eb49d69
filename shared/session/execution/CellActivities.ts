import type { CellId } from "../../base/ids.ts";
import { Value, type Readable } from "../../base/value.ts";
import { cellState, type RunningPeer } from "../../execution/cellState.ts";
import { samePlace, type ActiveExecution, type ExecutionPlace } from "../../execution/execution.ts";
import type { ExecutionState } from "../../execution/executionMachine.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { CellActivity } from "../views.ts";
import type { LiveRun } from "./LiveRun.ts";

/** Facts about the moment that activities are made of. */
export interface ActivityFacts {
  readonly state: ExecutionState;
  readonly others: readonly RunningPeer[];
  /** Our run of the cell that executes, or whose end is being written. */
  live(cell: CellId): LiveRun | undefined;
  /** The cell's last run in the document. */
  record(cell: CellId): RunRecord | undefined;
  /** Name of a place for people. */
  placeName(place: ExecutionPlace): string;
}

const IDLE: CellActivity = { state: "idle" };

/** What the interface shows of each cell's execution. Only cells that somebody looks at cost anything. */
export class CellActivities {
  readonly #facts: () => ActivityFacts;
  readonly #values = new Map<CellId, Value<CellActivity>>();
  #state: ExecutionState | undefined;
  #positions: ReadonlyMap<CellId, Position> = new Map();

  constructor(facts: () => ActivityFacts) {
    this.#facts = facts;
  }

  of(cell: CellId): Readable<CellActivity> {
    let value = this.#values.get(cell);
    if (value === undefined) {
      value = new Value(this.#activity(cell));
      this.#values.set(cell, value);
    }
    return value;
  }

  /** Looks at the facts about these cells again. */
  refresh(cells: Iterable<CellId>): void {
    for (const cell of cells) {
      const value = this.#values.get(cell);
      if (value === undefined) continue;
      const next = this.#activity(cell);
      if (!equal(value.get(), next)) value.set(next);
    }
  }

  #activity(cell: CellId): CellActivity {
    const facts = this.#facts();
    if (facts.state !== this.#state) {
      this.#state = facts.state;
      this.#positions = positions(facts.state);
    }
    return activityOf(cell, facts, this.#positions.get(cell));
  }
}

interface Position {
  readonly execution: ActiveExecution;
  readonly ahead: number;
}

/** Each cell's execution: the one that runs, else the first that waits; and how many stand before it at its place. */
function positions({ executions }: ExecutionState): ReadonlyMap<CellId, Position> {
  const found = new Map<CellId, Position>();
  const counts: { place: ExecutionPlace; count: number }[] = [];
  for (const execution of executions) {
    let at = counts.find(({ place }) => samePlace(place, execution.place));
    if (at === undefined) counts.push((at = { place: execution.place, count: 0 }));
    if (!found.has(execution.cell)) found.set(execution.cell, { execution, ahead: at.count });
    at.count++;
  }
  return found;
}

function activityOf(cell: CellId, facts: ActivityFacts, position: Position | undefined): CellActivity {
  const live = facts.live(cell);
  if (live !== undefined) {
    const { execution, started, where, outputs, waits, place } = live;
    return { state: "running", run: execution.run, since: started, where, outputs, mine: true, waits, place, by: "" };
  }
  if (position !== undefined) {
    const { execution, ahead } = position;
    return { state: "queued", run: execution.run, ahead, where: facts.placeName(execution.place) };
  }
  const record = facts.record(cell);
  const state = cellState({ cell, record, mine: undefined, others: facts.others });
  if (state.state === "queued") return { state: "queued", run: state.run, ahead: 0, where: state.by ?? "" };
  if (state.state !== "running" || record?.started === undefined) return IDLE;
  const by = state.by ?? "";
  const where = record.where.at === "agent" ? record.where.name : "here";
  return { state: "running", run: state.run, since: record.started, where, outputs: [], mine: false, by };
}

function equal(one: CellActivity, other: CellActivity): boolean {
  if (one.state === "idle" || other.state === "idle") return one.state === other.state;
  if (one.run !== other.run || one.where !== other.where) return false;
  if (one.state === "queued") return other.state === "queued" && one.ahead === other.ahead;
  if (other.state !== "running" || one.mine !== other.mine || one.by !== other.by) return false;
  return (
    one.since === other.since &&
    one.waits === other.waits &&
    one.place === other.place &&
    sameItems(one.outputs, other.outputs)
  );
}

const sameItems = (one: readonly unknown[], other: readonly unknown[]): boolean =>
  one === other || (one.length === 0 && other.length === 0);

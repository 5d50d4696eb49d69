// Which states a history keeps, as good backups do it: everything of the last hour, the last of each hour for a day, the
// last of each day for a term, then the last of each month; within a number of states and of bytes.
// 1. Named versions and the newest state are never thinned out.
// 2. What was kept right before a great deletion or a restore stays for a day whatever its hour: it is what one looks for.
// 3. When limits are reached, the state goes that stands closest to its neighbour for its age.

import type { StateId } from "../base/ids.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds, type UnixMs } from "../base/units.ts";
import type { DatedState } from "../ports/HistoryStore.ts";
import { joinContributions } from "./contributions.ts";

const HOUR: Milliseconds = seconds(3600);
const DAY: Milliseconds = ms(24 * HOUR);
/** A school term and the weeks after it in which its notebooks are looked at. */
const TERM: Milliseconds = ms(180 * DAY);
/** One row of `writeState`, about. */
const CONTRIBUTION_BYTES = 48;
const MONTH: Milliseconds = ms(30 * DAY);

export interface HistoryLimits {
  /** States of one notebook, named versions included: as many lines as one can search. */
  readonly states: number;
  /** All states of one notebook, as stored. */
  readonly bytes: Bytes;
  /** Named versions of one notebook. More could not be told apart, and none of them is ever thinned out. */
  readonly versions: number;
  /** The share of `bytes` that named versions may take: the rest must go on keeping what happens. */
  readonly versionShare: number;
  /** Changes remembered since the last state, to find the state before a great deletion. More, and a state is kept. */
  readonly unkept: Bytes;
}

/** Of a class host: a laptop keeps dozens of notebooks of a class. */
export const HOST_LIMITS: HistoryLimits = {
  ...{ states: 500, bytes: mib(64), versions: 100, versionShare: 0.75 },
  unkept: mib(4),
};
/**
 * Of a page: browsers give a page a share of the disk, and documents need it more. A large notebook that arrives is kept
 * when it is there, not every 4 MiB of it: each state encodes all of it, and no key is answered meanwhile.
 */
export const DEVICE_LIMITS: HistoryLimits = {
  ...{ states: 250, bytes: mib(16), versions: 50, versionShare: 0.75 },
  unkept: mib(32),
};

export interface Thinned {
  readonly drop: readonly StateId[];
  /** States that took over what dropped ones said of authors. */
  readonly put: readonly DatedState[];
}

/** Decides what goes, at time `now`. `states` in their order, oldest first. Pure. */
export function thinOut(states: readonly DatedState[], now: UnixMs, limits: HistoryLimits): Thinned {
  const kept = new Set(states);
  for (const state of beyondBuckets(states, now)) kept.delete(state);
  let size = weight(kept);
  while (kept.size > limits.states || size > limits.bytes) {
    const next = mostCrowded([...kept], now);
    if (next === undefined) break;
    kept.delete(next);
    size -= weight([next]);
  }
  return handOver(states, kept);
}

/** Whether one more version fits, and why not. */
export function versionRefusal(
  states: readonly DatedState[],
  size: number,
  limits: HistoryLimits,
): "too-many-versions" | "too-large" | undefined {
  const named = states.filter((state) => state.version !== undefined);
  if (named.length >= limits.versions) return "too-many-versions";
  return weight(named) + size > limits.bytes * limits.versionShare ? "too-large" : undefined;
}

function* beyondBuckets(states: readonly DatedState[], now: UnixMs): Generator<DatedState> {
  const filled = new Set<string>();
  // From the newest back: the last state of an hour or a day is the one that stays.
  for (const state of [...states].reverse()) {
    const bucket = bucketOf(state, now);
    if (bucket === undefined) continue;
    if (filled.has(bucket) && !isFixed(state, states)) yield state;
    filled.add(bucket);
  }
}

/** Of the states in one bucket one stays; undefined: all stay. */
function bucketOf({ at, cause }: DatedState, now: UnixMs): string | undefined {
  const age = now - at;
  if (age < HOUR) return undefined;
  const isRescue = cause === "before-deletion" || cause === "before-restore";
  if (age < DAY) return isRescue ? undefined : `h${Math.floor(at / HOUR)}`;
  return age < TERM ? `d${Math.floor(at / DAY)}` : `m${Math.floor(at / MONTH)}`;
}

const isFixed = (state: DatedState, states: readonly DatedState[]): boolean =>
  state.version !== undefined || state === states.at(-1);

function mostCrowded(states: readonly DatedState[], now: UnixMs): DatedState | undefined {
  let found: { readonly state: DatedState; readonly room: number } | undefined;
  for (const [index, state] of states.entries()) {
    if (isFixed(state, states)) continue;
    const gap = Math.abs((states[index + 1]?.at ?? now) - state.at);
    // Plus a second: among states of one instant the older goes.
    const room = (gap + 1_000) / (Math.max(0, now - state.at) + 1_000);
    if (found === undefined || room < found.room) found = { state, room };
  }
  return found?.state;
}

/** What dropped states say of authors goes to the next that stays. */
function handOver(states: readonly DatedState[], kept: ReadonlySet<DatedState>): Thinned {
  const drop: StateId[] = [];
  const put: DatedState[] = [];
  let homeless: DatedState[] = [];
  for (const state of states) {
    if (!kept.has(state)) {
      drop.push(state.id);
      homeless.push(state);
      continue;
    }
    if (homeless.length > 0) put.push(withHomeless(homeless, state));
    homeless = [];
  }
  return { drop, put };
}

function withHomeless(homeless: readonly DatedState[], state: DatedState): DatedState {
  const all = [...homeless, state];
  return {
    ...state,
    contributions: all.map((one) => one.contributions).reduce(joinContributions, []),
    deleters: [...new Set(all.flatMap((one) => one.deleters))],
  };
}

/** Bytes that states take, what they say of authors included. */
function weight(states: Iterable<DatedState>): number {
  let total = 0;
  for (const { size, contributions } of states) total += size + contributions.length * CONTRIBUTION_BYTES;
  return total;
}

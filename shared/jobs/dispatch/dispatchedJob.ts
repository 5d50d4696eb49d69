// One movable job, and what its requester knows of the agents. See dispatchMachine.ts for the rules.

import type { PeerId, RunId } from "../../base/ids.ts";
import { ms, seconds, type Milliseconds } from "../../base/units.ts";
import { hasLabels, type AgentLabels, type Labelled } from "../../ports/agentLabels.ts";
import type { JobEnd } from "../jobMessage.ts";

/** A job whose attempts were lost this often while they ran, or broke this many agents, is not tried again by itself. */
export const MOST_LOST = 3;
export const MOST_BROKEN = 2;
/** Attempts that were lost before anything of the job ran say nothing against it: it may as well be the network. */
export const MOST_UNSTARTED = 8;
/** Pause after the second loss; each further one is twice as long. The first is made good at once, elsewhere. */
const BACKOFF: Milliseconds = ms(200);
const LONGEST_BACKOFF: Milliseconds = seconds(30);

/** What a requester knows of an agent that is here. */
export interface KnownAgent extends Labelled {
  readonly name: string;
  readonly languages: readonly string[];
  readonly slots: number;
  readonly freeSlots: number;
  /** It takes no more. */
  readonly draining?: true;
  /** It takes no jobs of ours. */
  readonly refuses?: true;
  /** Jobs of ours that may be there at a time; 1 until it says more. */
  readonly credit: number;
  /** It said that it is busy. */
  readonly busyUntil: Milliseconds;
}

export type Agents = ReadonlyMap<PeerId, KnownAgent>;

export type DispatchStage =
  | { readonly name: "queued"; readonly notBefore: Milliseconds }
  | {
      readonly name: "offered";
      readonly agent: PeerId;
      readonly since: Milliseconds;
      /** `asked`: it has not answered. `queued`: it waits at the agent. */
      readonly state: "asked" | "queued" | "running";
      readonly recalled: boolean;
      /** The user wants it elsewhere: when this attempt has stopped, the next begins. */
      readonly moving: boolean;
    };

export interface DispatchedJob {
  readonly job: RunId;
  /** Languages its agent must run. */
  readonly languages: readonly string[];
  /** And what it must say of itself. */
  readonly labels: AgentLabels;
  /** The one agent the user moved it to. */
  readonly only: PeerId | undefined;
  /** When it is given up if it has not started; undefined: never. */
  readonly deadline: Milliseconds | undefined;
  readonly stage: DispatchStage;
  /** Number of the last attempt; 0 before the first. */
  readonly attempt: number;
  /** Attempts that ended without a result, and how the last of them did. */
  readonly lost: number;
  /** Those of them of which it was not heard that they ran. */
  readonly unstarted: number;
  readonly loss: string;
  /** Agents that vanished, or whose slot died, while they executed it. */
  readonly broke: readonly PeerId[];
  readonly cancelled: boolean;
}

/** How a movable job ended. */
export type DispatchEnd = JobEnd | { readonly status: "parked"; readonly message: string };

/** How long to wait after the `lost`-th loss, of which `random` in [0, 1) takes a part: full jitter. */
export function backoff(lost: number, random: number): Milliseconds {
  if (lost <= 1) return ms(0);
  return ms(random * Math.min(LONGEST_BACKOFF, BACKOFF * 2 ** (lost - 2)));
}

/** Agents that can do the job, whether or not they have time. Those it broke only if there are no others. */
export function fitting(agents: Agents, job: DispatchedJob): readonly PeerId[] {
  const fit = [...agents].flatMap(([peer, agent]) => {
    return takes(agent, job) && (job.only === undefined || job.only === peer) ? peer : [];
  });
  const unbroken = fit.filter((peer) => !job.broke.includes(peer));
  return unbroken.length > 0 ? unbroken : fit;
}

/** Whether an agent can do the job, and would. */
export const takes = (agent: KnownAgent, { languages, labels }: DispatchedJob): boolean =>
  agent.refuses !== true && agent.draining !== true && runsAll(agent, languages) && hasLabels(agent, labels);

export const runsAll = ({ languages }: Pick<KnownAgent, "languages">, wanted: readonly string[]): boolean =>
  wanted.every((language) => languages.includes(language));

/** How many of our jobs are at each agent. */
export function countOut(jobs: Iterable<DispatchedJob>): ReadonlyMap<PeerId, number> {
  const out = new Map<PeerId, number>();
  for (const { stage } of jobs) {
    if (stage.name === "offered") out.set(stage.agent, (out.get(stage.agent) ?? 0) + 1);
  }
  return out;
}

export function hasCredit(agent: KnownAgent, out: number, at: Milliseconds): boolean {
  return out < agent.credit && at >= agent.busyUntil;
}

/** Share of its slots that is taken, with what we just sent. */
export function loadOf(agent: KnownAgent, out: number): number {
  return (agent.slots - agent.freeSlots + out) / Math.max(1, agent.slots);
}

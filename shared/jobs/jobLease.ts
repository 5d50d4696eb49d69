// What can be told of a job's lease, for people.

import { ms, type Milliseconds } from "../base/units.ts";
import type { RequestedJob } from "./requestedJob.ts";

/** How it stands with the agent that has a job. */
export interface JobLease {
  /** Milliseconds since anything was heard of the job. */
  readonly heard: Milliseconds;
  /** Milliseconds until the agent is given up if nothing more is heard; undefined while nothing is given up. */
  readonly left: Milliseconds | undefined;
}

/** Undefined for a job that no agent has: it waits, or its agent did not answer yet. */
export function leaseOf(
  { stage, heard, deadline }: RequestedJob,
  online: boolean,
  at: Milliseconds,
): JobLease | undefined {
  if (stage !== "running" || heard === undefined) return undefined;
  const left = online && deadline !== undefined ? ms(Math.max(0, deadline - at)) : undefined;
  return { heard: ms(Math.max(0, at - heard)), left };
}

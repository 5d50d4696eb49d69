import type { JobLease } from "#shared/jobs/jobLease.ts";
import type { EndedEntry } from "#shared/session/control/EndedRuns.ts";
import { durationInWords } from "../cell/run/runWords.ts";

/** How a run ended, where, and in how many tries. */
export function endedInWords({ end, reason, where, attempt, duration }: EndedEntry): string {
  const place = where === "here" ? "here" : `on ${where}`;
  const time = duration === undefined ? "" : ` · ${durationInWords(duration)}`;
  const tries = attempt > 1 ? ` · attempt ${attempt}` : "";
  switch (end) {
    case "ok":
      return `Ran ${place}${time}${tries}`;
    case "error":
      return `Failed ${place}${time}${tries}${reason === "" ? "" : ` · ${reason}`}`;
    case "interrupted":
      return `Interrupted ${place}${time}${tries}`;
    case "not-run":
      return `Not run ${place}: ${reason}`;
    case "parked":
      return `Parked: ${reason}${tries}`;
  }
}

/** When the agent that has a run was last heard of, and when it is given up. To the second, as it is looked at. */
export function leaseInWords({ heard, left }: JobLease): string {
  const ago = heard < 1_000 ? "Heard of just now" : `Heard of ${wholeSeconds(heard)} ago`;
  return left === undefined
    ? `${ago} · lease stands still while offline`
    : `${ago} · lease ends in ${wholeSeconds(left)}`;
}

const wholeSeconds = (milliseconds: number): string => `${Math.round(milliseconds / 1_000)} s`;

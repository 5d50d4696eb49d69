// What an agent says while it leaves, in words for its owner.

import type { Milliseconds } from "#shared/base/units.ts";
import type { Drained } from "#shared/session/JobAgent.ts";

export function leavingInWords(running: number, limit: Milliseconds): string {
  if (running === 0) return "leaving; nothing runs here";
  const cells = count(running, "cell");
  return `takes no more cells; finishing ${cells}, for at most ${limit / 1000} s. Tell it again to end at once`;
}

export function leftInWords({ stopped, unconfirmed, kept }: Drained, data: string): string {
  const parts = ["left the class"];
  if (stopped > 0) parts.push(`${count(stopped, "cell")} took too long and ${stopped === 1 ? "was" : "were"} stopped`);
  if (unconfirmed > 0) {
    const are = unconfirmed === 1 ? "is" : "are";
    const fate = kept
      ? `${are} kept in ${data} and given out at the next start`
      : `could not be kept on disk and ${are} lost`;
    parts.push(`${count(unconfirmed, "result")} that nobody has fetched yet ${fate}`);
  }
  return parts.join("; ");
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;

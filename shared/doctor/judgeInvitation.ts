import { sameBytes } from "../base/sameBytes.ts";
import { isOfAnotherClass } from "../rooms/classMark.ts";
import { foundingOf } from "../rooms/founding.ts";
import { parseRoomLink } from "../rooms/roomLink.ts";
import type { Check } from "./check.ts";
import { skipped } from "./judgeEndpoints.ts";

const ADVICE = "Ask for the present invitation, and copy all of it.";

/** What a host shows, by which members see whether their link is right. Undefined: nothing that can be compared. */
export interface HostMarks {
  /** Of its class: rooms/classMark.ts. */
  readonly classMark?: string | undefined;
  /** Of the link's notebook: rooms/founding.ts. */
  readonly founding?: Uint8Array | undefined;
}

/** Whether a link opens what is at its host. */
export function judgeInvitation(link: string, { classMark, founding }: HostMarks): Check {
  const id = "invitation";
  if (!link.includes("#")) return skipped(id, "What was given is an address, not an invitation.");
  const parsed = parseRoomLink(link);
  const problem = (found: string): Check => ({ id, state: "problem", found, advice: ADVICE });
  if (!parsed.ok) return problem(parsed.error.message);
  const { value: room } = parsed;
  if ((room.kind === "notebook" ? founding : classMark) === undefined)
    return skipped(id, "The host cannot tell whether it is right.");
  if (room.kind === "class") {
    return isOfAnotherClass(room, classMark)
      ? problem("Another class is at this host now, or the invitation was copied wrongly.")
      : { id, state: "ok", found: "It is the invitation to the class of this host." };
  }
  return founding !== undefined && sameBytes(founding, foundingOf(room.secret))
    ? { id, state: "ok", found: "It is the invitation to a notebook that this host has." }
    : problem("Its key is not that of the notebook: the link was copied wrongly.");
}

import { isOfAnotherClass } from "#shared/rooms/classMark.ts";
import { parseRoomLink } from "#shared/rooms/roomLink.ts";
import type { Check } from "#shared/doctor/check.ts";
import { skipped } from "#shared/doctor/judgeEndpoints.ts";

const ADVICE = "Ask for the present invitation, and copy all of it.";

/** Whether a link opens what is at its host. `mark`: the host's (rooms/classMark.ts), if it shows one. */
export function judgeInvitation(link: string, mark: string | undefined): Check {
  const id = "invitation";
  if (!link.includes("#")) return skipped(id, "What was given is an address, not an invitation.");
  const parsed = parseRoomLink(link);
  if (!parsed.ok) return { id, state: "problem", found: parsed.error.message, advice: ADVICE };
  if (parsed.value.kind === "notebook" || mark === undefined)
    return skipped(id, "The host cannot tell whether it is right.");
  if (isOfAnotherClass(parsed.value, mark)) {
    const found = "Another class is at this host now, or the invitation was copied wrongly.";
    return { id, state: "problem", found, advice: ADVICE };
  }
  return { id, state: "ok", found: "It is the invitation to the class of this host." };
}

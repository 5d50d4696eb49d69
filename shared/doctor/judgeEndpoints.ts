import type { Check, CheckId } from "./check.ts";
import { CURE, WHY, type Probe } from "./probe.ts";

/** The endpoints of a class host. */
export type Endpoint = "host" | "hub" | "signalling" | "mqtt-web" | "mqtt-tcp";

/** What each is good for, and what goes on without it: a class is never simply "down". */
const MEANING: Readonly<Record<Endpoint, { readonly works: string; readonly without: string }>> = {
  host: {
    works: "The class host answers",
    without: "The class host does not answer",
  },
  hub: {
    works: "The hub answers: notebooks are synced and held by the class host",
    without: "The hub does not answer, so the class host neither passes edits on nor keeps them",
  },
  signalling: {
    works: "Signalling answers: browsers can be introduced to one another",
    without: "Signalling does not answer, so browsers find no direct way to one another; edits go through the hub",
  },
  "mqtt-web": {
    works: "The broker answers pages: cells can run on other computers",
    without: "The broker does not answer pages, so cells run only on the computer they are started on",
  },
  "mqtt-tcp": {
    works: "The broker answers agents",
    without: "The broker does not answer agents, so agents on this computer cannot take cells of the class",
  },
};

/** `address` is shown, so it must hold no secret: give the origin, never a link. */
export function judgeEndpoint(id: Endpoint, address: string, probe: Probe): Check {
  const { works, without } = MEANING[id];
  if (probe.reached) return { id, state: "ok", found: `${works} (${address}, ${Math.round(probe.took)} ms).` };
  return {
    id,
    state: "problem",
    found: `${without} (${address}): ${WHY[probe.failure]}.`,
    advice: CURE[probe.failure],
  };
}

/** For whatever cannot be looked at because something before it failed, or was not asked for. */
export const skipped = (id: CheckId, why: string): Check => ({ id, state: "skipped", found: why });

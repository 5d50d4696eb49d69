import type { Check } from "#shared/doctor/check.ts";
import { judgeEndpoint, skipped } from "#shared/doctor/judgeEndpoints.ts";
import { judgeInvitation } from "#shared/doctor/judgeInvitation.ts";
import { judgeDirect } from "#shared/doctor/judgeNetwork.ts";
import { judgeOfflineStart, type OfflineStartFacts } from "#shared/doctor/judgeOfflineStart.ts";
import { judgeClock, judgeSecureContext } from "#shared/doctor/judgeOrigin.ts";
import { judgeBrowserStorage } from "#shared/doctor/judgeStorage.ts";
import { hostQuestions } from "./hostQuestions.ts";
import { probeDirect } from "./probeDirect.ts";
import { probeHost } from "./probeHost.ts";
import { probeSocket } from "./probeSocket.ts";
import { probeStorage } from "./probeStorage.ts";

export interface Examined {
  /** Origin of the class host; undefined for the desktop app outside a class. */
  readonly base: string | undefined;
  /** The invitation to the class; undefined outside of one. */
  readonly invitation: string | undefined;
  readonly offlineStart: OfflineStartFacts;
}

/** In the order in which they are shown. */
export const PAGE_CHECKS = [
  ...(["host", "invitation", "hub", "signalling", "mqtt-web"] as const),
  ...(["direct", "browser-storage", "offline-start", "secure-context", "clock"] as const),
];

const SOCKETS = ["hub", "signalling", "mqtt-web"] as const;

const NO_CLASS = "You are in no class here. A notebook that was opened by a wrong link says so itself.";

const CUT =
  "The host itself answers, so something between here and there may cut WebSockets (a proxy, a filter, an extension): try without it, or another network. Or the host runs without this part: ask whoever started it.";

/** Looks at everything, side by side; `tell` hears each finding as soon as it is there. Resolves when all are. */
export async function examinePage(
  { base, invitation, offlineStart }: Examined,
  tell: (check: Check) => void,
): Promise<void> {
  tell(judgeOfflineStart(offlineStart));
  tell(secureContext());
  await Promise.all([
    base === undefined
      ? withoutHost("You are in no class, so there is no class host to ask.", tell)
      : host(base, invitation, tell),
    probeDirect().then((facts) => tell(judgeDirect(facts))),
    probeStorage().then((facts) => tell(judgeBrowserStorage(facts))),
  ]);
}

async function host(base: string, invitation: string | undefined, tell: (check: Check) => void): Promise<void> {
  const { probe, clock, classMark } = await probeHost(base);
  tell(judgeEndpoint("host", base, probe));
  tell(invitation === undefined ? skipped("invitation", NO_CLASS) : judgeInvitation(invitation, { classMark }));
  tell(judgeClock(clock));
  // Each is tried all the same: a filter may pass WebSockets and not pages, or the other way round.
  const questions = hostQuestions(base);
  const ask = async (id: (typeof SOCKETS)[number]): Promise<void> => {
    const answer = await probeSocket(questions[id]);
    if (answer.reached) tell(judgeEndpoint(id, base, answer));
    // That the host runs, and that there is a way to it, is known.
    else if (probe.reached) tell({ ...judgeEndpoint(id, base, answer), advice: CUT });
    // One cause, said once.
    else tell(skipped(id, "Nothing answers here either: see the class host above."));
  };
  await Promise.all(SOCKETS.map(ask));
}

function withoutHost(why: string, tell: (check: Check) => void): Promise<void> {
  for (const id of ["host", "invitation", ...SOCKETS, "clock"] as const) tell(skipped(id, why));
  return Promise.resolve();
}

function secureContext(): Check {
  if (/^https?:$/.test(location.protocol)) return judgeSecureContext(location.origin, isSecureContext);
  return { id: "secure-context", state: "ok", found: "The desktop app's page is secure." };
}

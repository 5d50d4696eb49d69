import { ms, type Milliseconds } from "../../base/units.ts";
import { HUB_FRAME_LIMIT } from "../../contracts/host/hubProtocol.ts";
import { formatBytes } from "../../base/units.ts";
import { CLOSE_POLICY, CLOSE_TOO_LARGE, CLOSE_TRY_LATER } from "./WebSocketLike.ts";

/** Why a connection to the hub ended. */
export type HubConnectionEnd =
  /** `why`: for people. The next try may succeed. `patient`: the host refused, and is to be left alone for a while. */
  | { readonly type: "lost"; readonly why: string; readonly patient: boolean }
  /** The host is blind: it speaks, and is spoken to, in another way. Nothing was sent. */
  | { readonly type: "sealed" }
  /** One side spoke what the other does not understand. */
  | { readonly type: "unreadable" }
  /** Trying again would end the same way. */
  | {
      readonly type: "final";
      readonly code: "too-large" | "denied" | "wrong-key" | "not-blind";
      readonly message: string;
    };

/** First wait before trying again; doubled each time. */
export const RECONNECT_MIN = ms(300);
/** Longest wait: whoever comes back into the Wi-Fi is not kept waiting longer than this. */
export const RECONNECT_MAX = ms(15_000);
/** A connection that lasted this long was a good one: the next wait is short again. */
export const STABLE_AFTER = ms(10_000);
/** So many connections in a row that ended in unreadable frames: the other side is no hub, or is broken. */
export const UNREADABLE_LIMIT = 3;

/** How long to wait before the try after `failures` failures: exponential, spread so that a class does not come at once. */
export function reconnectDelay(failures: number, random: number): Milliseconds {
  const ceiling = Math.min(RECONNECT_MAX, RECONNECT_MIN * 2 ** Math.min(failures, 16));
  return ms(ceiling * (0.5 + random / 2));
}

/** What a socket's close event means. `opened`: it had been open before. */
export function endOfClose(code: number, reason: string, opened: boolean): HubConnectionEnd {
  if (code === CLOSE_TOO_LARGE) return tooLarge();
  // 4400–4499 is what our host says when our frames make no sense to it: two versions that do not fit.
  if (code >= 4400 && code <= 4499) return { type: "unreadable" };
  if (code === CLOSE_POLICY || code === CLOSE_TRY_LATER) {
    const why = reason === "" ? "The class host refused the connection." : `The class host refused: ${reason}`;
    return { type: "lost", why, patient: true };
  }
  const why = opened ? "The connection to the class host was lost." : "The class host does not answer.";
  return { type: "lost", why, patient: false };
}

/** The next try may succeed. */
export const lost = (why: string): HubConnectionEnd => ({ type: "lost", why, patient: false });

export function tooLarge(): HubConnectionEnd {
  const message =
    `This notebook is larger than the class host takes at once (${formatBytes(HUB_FRAME_LIMIT)}). ` +
    `It is still saved on this computer. Remove large pasted content, or split the notebook.`;
  return { type: "final", code: "too-large", message };
}

/** Nothing that a blind host keeps of this notebook opens with the key we have. */
export function shutOut(): HubConnectionEnd {
  const message =
    "The key in your link does not open this notebook: the link was copied wrongly, or the key was changed since. " +
    "Ask for a new link. What you have is still saved on this computer.";
  return { type: "final", code: "wrong-key", message };
}

/** A host that was blind would be given what it must not see. */
export function notBlind(): HubConnectionEnd {
  const message =
    "This notebook's class host could not read it, and what answers now wants to. Nothing was sent. " +
    "Ask whoever runs the host.";
  return { type: "final", code: "not-blind", message };
}

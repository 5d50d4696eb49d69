import { ms, seconds, type Milliseconds, type UnixMs } from "../base/units.ts";
import type { Check } from "./check.ts";
import { skipped } from "./judgeEndpoints.ts";

/** Where a class host explains secure pages and offers its certificate. */
export const SECURE_PATH = "/secure";

const LOOPBACK = /^(?:(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Whether browsers take pages of this origin for secure. Plain http counts on the computer itself only. */
export function isSecureOrigin(origin: string): boolean {
  try {
    const { protocol, hostname } = new URL(origin);
    return protocol === "https:" || (protocol === "http:" && LOOPBACK.test(hostname));
  } catch {
    return false;
  }
}

/** What a page that is not secure cannot do: each continues “It cannot …”. Also said on the page `/secure`. */
export const LOST_WITHOUT_SECURE: readonly string[] = [
  "start without the network: an installed or reloaded page needs the host",
  "be installed as an app",
  "ask the browser to keep its storage, so an old browser may clear it when the disk is full",
  "lock this device's key away from scripts: it is stored where a broken-in script could copy it",
];

/** `secure` is what the browser says (`isSecureContext`), or what it would say of this origin. */
export function judgeSecureContext(origin: string, secure = isSecureOrigin(origin)): Check {
  const id = "secure-context";
  if (secure)
    return { id, state: "ok", found: `Browsers take ${origin} for secure: pages start offline and can be installed.` };
  return {
    id,
    state: "warning",
    found: `Browsers do not take ${origin} for secure, because it is plain http on a network: pages cannot start offline, be installed, or ask for storage that lasts. Editing, syncing and running cells work.`,
    advice: `Start the host with --tls and use its https link; ${origin}${SECURE_PATH} says more.`,
  };
}

/** Whether this computer takes the host's certificate for good; undefined without one, on plain http. */
export function judgeCertificate(origin: string, trusted: boolean | undefined): Check {
  const id = "certificate";
  if (trusted === undefined) return skipped(id, "The host is reached by plain http, which has no certificate.");
  if (trusted) return { id, state: "ok", found: `This computer trusts the certificate of ${origin}.` };
  return {
    id,
    state: "warning",
    found: `This computer does not trust the certificate of ${origin}: browsers warn before they open it, and agents refuse it.`,
    advice: `Compare its fingerprint with the one that the host prints, then trust it: ${origin}${SECURE_PATH} says how.`,
  };
}

/** From here on, times in receipts and histories look wrong. The host's answer has whole seconds, so less is noise. */
export const SKEW_WARNING: Milliseconds = seconds(5);
/** From here on, certificates may seem not yet valid, or run out. */
export const SKEW_PROBLEM: Milliseconds = seconds(600);

export interface ClockFacts {
  /** The host's clock, from the `Date` header of its answer; undefined if it sent none. */
  readonly host: UnixMs | undefined;
  /** This computer's clock when the request went out and when the answer came. */
  readonly asked: UnixMs;
  readonly answered: UnixMs;
}

/** How far this clock is ahead of the host's, as far as one answer tells: 0 if both may be the same. */
export function clockSkew({ host, asked, answered }: ClockFacts & { readonly host: UnixMs }): Milliseconds {
  // The header is the host's time cut to the second, at some moment between question and answer.
  const [earliest, latest] = [host, host + 1000];
  if (asked > latest) return ms(asked - latest);
  if (answered < earliest) return ms(answered - earliest);
  return ms(0);
}

export function judgeClock(facts: ClockFacts): Check {
  const id = "clock";
  const { host } = facts;
  if (host === undefined) return skipped(id, "The host did not say what time it has.");
  const skew = clockSkew({ ...facts, host });
  const size = Math.abs(skew);
  if (size <= SKEW_WARNING) return { id, state: "ok", found: "This clock and the host's agree." };
  const found = `This clock is ${duration(size)} ${skew > 0 ? "ahead of" : "behind"} the host's.`;
  const advice = "Let both computers set their clocks from the network, or set the wrong one by hand.";
  if (size <= SKEW_PROBLEM) {
    return { id, state: "warning", found: `${found} Order and content are right, but times shown are not.`, advice };
  }
  return { id, state: "problem", found: `${found} Times are wrong, and certificates may be refused.`, advice };
}

function duration(length: number): string {
  const whole = Math.round(length / 1000);
  if (whole < 120) return `${whole} seconds`;
  if (whole < 7200) return `${Math.round(whole / 60)} minutes`;
  return whole < 172_800 ? `${Math.round(whole / 3600)} hours` : `${Math.round(whole / 86_400)} days`;
}

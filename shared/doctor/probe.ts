// What trying to reach an endpoint came to. A page learns less than a program: browsers tell scripts only that a
// connection failed, which is `unknown`.

import type { Milliseconds } from "../base/units.ts";

export type ProbeFailure =
  /** Nothing listens on that port. */
  | "refused"
  /** The network has no way to that address. */
  | "unreachable"
  /** No answer in time: mostly a firewall that swallows packets. */
  | "timeout"
  /** The name has no address. */
  | "name"
  /** Its certificate is not trusted, has run out, or is for another name. */
  | "certificate"
  /** The host answered and refused us: another name or another page than its own. */
  | "forbidden"
  /** Something answered, but there is no such endpoint. */
  | "missing"
  /** Connected, and then nothing was answered, or the connection was cut. */
  | "silent"
  | "unknown";

export type Probe =
  | { readonly reached: true; readonly took: Milliseconds }
  | { readonly reached: false; readonly failure: ProbeFailure };

/** Why, as a clause that follows a colon. */
export const WHY: Readonly<Record<ProbeFailure, string>> = {
  refused: "nothing listens there",
  unreachable: "there is no way to this address from this network",
  timeout: "no answer came in time",
  name: "its name is not known here",
  certificate: "its certificate is not trusted here",
  forbidden: "the host refuses this name or this page",
  missing: "what answers there has no such endpoint",
  silent: "it was connected, and then nothing was answered",
  unknown: "the connection failed",
};

/** What to do about it, for the person in front of the computer. */
export const CURE: Readonly<Record<ProbeFailure, string>> = {
  refused: "Start the class host there (`meshbook serve`), or ask for its present link: its port may have changed.",
  unreachable: "Join the network that the class host is in, or ask for its present link: its address may have changed.",
  timeout:
    "Let this port through the firewall of the host's computer, and ask whether this Wi-Fi keeps computers apart (guest networks do).",
  name: "Use the link with the host's address in numbers.",
  certificate: "Trust the host's certificate: its page /secure says how. If the link is old, ask for the present one.",
  forbidden:
    "Open the page under the address in the link: the host answers only to its own names, and only to its own page.",
  missing: "Check the port in the link: another program answers there, or an older class host.",
  silent:
    "A proxy or a filter between the computers cuts this kind of connection: let WebSocket and MQTT pass, or use another network.",
  unknown: "Check that the class host runs, and that this computer is in its network.",
};

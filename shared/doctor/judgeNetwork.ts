import type { Check } from "./check.ts";
import { skipped } from "./judgeEndpoints.ts";

/** Whether datagrams that this computer sends to its own addresses come back. */
export interface UdpFacts {
  readonly loopback: boolean;
  /** Per address on its networks; empty without a network. */
  readonly lan: readonly { readonly address: string; readonly cameBack: boolean }[];
}

const FIREWALL = "Let Node and the browser send and receive UDP in this computer's firewall.";
const RELAYED = "Direct links between browsers need UDP; without it everything goes through the class host.";

/** What one computer can tell alone. What the network between two of them lets through only two can tell. */
export function judgeUdp({ loopback, lan }: UdpFacts): Check {
  const id = "udp";
  if (!loopback) {
    return {
      id,
      state: "warning",
      found: `This computer does not even pass UDP to itself. ${RELAYED}`,
      advice: FIREWALL,
    };
  }
  const lost = lan.filter(({ cameBack }) => !cameBack).map(({ address }) => address);
  if (lost.length > 0) {
    return {
      id,
      state: "warning",
      found: `UDP does not come back on ${lost.join(", ")}. ${RELAYED}`,
      advice: FIREWALL,
    };
  }
  const where = lan.length === 0 ? "itself; it is in no network" : lan.map(({ address }) => address).join(", ");
  return {
    id,
    state: "ok",
    found: `UDP passes on ${where}. Whether the network lets it through to others shows when they join.`,
  };
}

export interface MulticastFacts {
  /** Whether a socket could join the group of mDNS (224.0.0.251) on at least one network. */
  readonly joined: boolean;
  /** Whether a message to that group came back to its sender. */
  readonly heard: boolean;
  readonly inNetwork: boolean;
}

const HIDDEN_NAMES =
  "Browsers hide their addresses behind .local names that travel by multicast; where these do not resolve, there are no direct links between browsers and everything goes through the class host.";

export function judgeMulticast({ joined, heard, inNetwork }: MulticastFacts): Check {
  const id = "multicast";
  if (!inNetwork) return skipped(id, "This computer is in no network.");
  if (joined && heard)
    return { id, state: "ok", found: "This computer can send and hear multicast (mDNS, .local names)." };
  return {
    id,
    state: "warning",
    found: `${joined ? "Multicast is joined, but nothing is heard" : "This computer cannot join multicast"}. ${HIDDEN_NAMES}`,
    advice:
      "Nothing needs to be done while the class host is reachable. For direct links, allow UDP port 5353 in the firewall.",
  };
}

/** What a page finds when it connects to itself by WebRTC. */
export interface DirectFacts {
  /** Whether this browser has WebRTC at all. */
  readonly available: boolean;
  /** Whether a connection from the page to itself came up and carried a message. */
  readonly connected: boolean;
  /** Whether the page's own addresses are hidden behind `.local` names. */
  readonly hidden: boolean;
  /** Kinds of addresses it found for itself, as ICE calls them: `host`, `srflx`, `relay`. */
  readonly kinds?: readonly string[];
}

export function judgeDirect({ available, connected, hidden, kinds = [] }: DirectFacts): Check {
  const id = "direct";
  const relayed = "edits go through the class host instead.";
  if (!available) {
    return {
      id,
      state: "warning",
      found: `This browser has WebRTC switched off, so there are no direct links; ${relayed}`,
      advice: "Allow WebRTC in the browser's settings, or in the extension that blocks it.",
    };
  }
  if (!connected) {
    return {
      id,
      state: "warning",
      found: `This browser cannot even connect to itself by WebRTC; ${relayed}`,
      advice: "Let the browser use UDP in the firewall, and allow it the local network if the system asks for that.",
    };
  }
  const names = hidden ? " Its addresses are hidden behind .local names, which not every network passes on." : "";
  const found = kinds.length === 0 ? "" : ` (addresses found: ${kinds.join(", ")})`;
  return { id, state: "ok", found: `This browser can make direct links${found}.${names}` };
}

import type { Receiving, SourceStatus, SourceWarning } from "../../ports/DocSource.ts";

export interface WebrtcFacts {
  /** The signalling server is reached. */
  readonly signalling: boolean;
  /** Long enough has passed for signalling to have been reached if it were there. */
  readonly waited: boolean;
  /** Links that work. */
  readonly links: number;
  /** Peers that are there and that no link could be made to. */
  readonly failing: number;
  /** Size of the last message that a stock peer could not be given; 0 if there was none. */
  readonly undeliverable: number;
  /** A large document is on its way in parts. */
  readonly receiving: Receiving | undefined;
}

/** What peer-to-peer says of itself. */
export function webrtcStatus(facts: WebrtcFacts): SourceStatus {
  if (facts.links > 0) {
    const { links, receiving } = facts;
    return { state: "connected", held: false, peers: links, ...warningOf(facts), ...(receiving && { receiving }) };
  }
  if (!facts.signalling) {
    if (!facts.waited) return { state: "connecting" };
    return { state: "offline", reason: "The place where peers find one another does not answer." };
  }
  if (facts.failing > 0) {
    const who = facts.failing === 1 ? "Another computer is" : `${facts.failing} other computers are`;
    return { state: "offline", reason: `${who} here, but this network lets nothing through between computers.` };
  }
  return { state: "connected", held: false, peers: 0 };
}

function warningOf({ undeliverable }: WebrtcFacts): { readonly warning?: SourceWarning } {
  if (undeliverable === 0) return {};
  const message = "A peer with other software cannot receive large changes directly; it needs the class host for them.";
  return { warning: { code: "stock-peer", message } };
}

// Keeps the links of one peer as the plan of the mesh wants them. Everybody sees the same peers in presence and so comes to
// the same plan; whoever does not yet, makes a link too many, which is harmless.
// 1. A new link is made before an old one is given up, and old ones linger: plans differ for a moment when peers come.
// 2. Whoever made a link gives it up. The other end may need it for reasons that the plan does not know.
// 3. Nothing is given up while signalling is away: what is gone then might not come back.
// 4. A link that was lost says nothing about who is there; presence does. So a relay that vanished is replaced at once by
//    those it served, and elected anew only when all have seen it go.

import type { Awareness } from "y-protocols/awareness";
import { disposeAll, type Dispose } from "../../../base/dispose.ts";
import { PeerId } from "../../../base/ids.ts";
import { isRecord, readString } from "../../../base/parse.ts";
import { ms, seconds, type Milliseconds } from "../../../base/units.ts";
import { Value } from "../../../base/value.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { Logger } from "../../../ports/Logger.ts";
import { UNREACHABLE } from "../../../presence/ghosts.ts";
import type { AwarenessChange } from "../../../presence/SafeAwareness.ts";
import { MeshRoster } from "./MeshRoster.ts";
import { partnersOf, planMesh, substitutes, type MeshPlan } from "./planMesh.ts";

/** Field of the presence that names our end of links, so that whoever loses one knows who is gone. */
export const LINK_FIELD = "link";
/** Field of the presence by which a relay shows that it is one. */
export const RELAY_FIELD = "relay";
/** UTF-16 units of a link's name (a UUID). */
export const LINK_LIMIT = 64;

/** What happens together is judged once. */
const SETTLE = ms(250);
/** How often waiting links and failed ones are looked at. */
const CHECK_EVERY: Milliseconds = seconds(3);
/** Of two that want a link one begins; the other waits so long for it. */
const TURN_PATIENCE: Milliseconds = seconds(4);
/** Whoever begins waits a little for an offer that may be on its way already. */
const OFFER_PATIENCE: Milliseconds = seconds(1);
/** How long a link that the plan does not want is kept. */
const LINGER: Milliseconds = seconds(10);

/** Links a peer takes from others: a full mesh twice over. */
const LINKS_LIMIT = 24;
/** Links a relay takes from others: enough for rooms of 150. */
const RELAY_LINKS_LIMIT = 48;

/** The part of y-webrtc's links that is looked at here. */
export interface MeshLink {
  readonly connected: boolean;
  readonly peer: { readonly initiator: boolean };
  destroy(): void;
}

/** Whose word counts in the room. */
export interface MeshRoles {
  /** Whether others take what this device passes on; undefined: one that does not show who it is. */
  isHeard(device: PeerId | undefined): boolean;
  /** Whether the peer is linked to us and has proven to be somebody whose word does not count, whatever it shows. */
  isProvenUnheard(peer: string): boolean;
}

export interface MeshKeeperOptions {
  readonly self: string;
  readonly awareness: Awareness;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Links there are, or that are being made. */
  readonly links: () => ReadonlyMap<string, MeshLink>;
  /** There is a link to this peer over which nothing has come for a while. */
  readonly doubts: (peer: string) => boolean;
  /** False for a peer to which links failed a moment ago. */
  readonly mayTry: (peer: string) => boolean;
  /** The signalling server is reached. */
  readonly signalling: () => boolean;
  /** Offers a link to a peer. */
  readonly connect: (peer: string) => void;
  /** Where it is not said, everybody's word counts. */
  readonly roles?: MeshRoles;
}

export class MeshKeeper {
  /** True while others are reached over relays, so that losing a link does not mean that a peer is gone. */
  readonly forwards = new Value(false);
  readonly #options: MeshKeeperOptions;
  readonly #roster = new MeshRoster();
  /** Which client shows which end of links. */
  readonly #ends = new Map<number, string>();
  readonly #wantedSince = new Map<string, Milliseconds>();
  readonly #unwantedSince = new Map<string, Milliseconds>();
  readonly #disposes: readonly Dispose[];
  #plan: MeshPlan = { shape: "full", peers: [] };
  #serves = false;
  #soon: Dispose | undefined;
  #check: Dispose;

  constructor(options: MeshKeeperOptions) {
    this.#options = options;
    const { awareness, clock } = options;
    awareness.on("update", this.#updated);
    awareness.on("change", this.#changed);
    this.#disposes = [() => awareness.off("update", this.#updated), () => awareness.off("change", this.#changed)];
    this.#read([...awareness.getStates().keys()]);
    this.#check = clock.after(CHECK_EVERY, this.#checkAgain);
  }

  /** A peer has spoken through signalling. */
  heard(peer: string): void {
    if (peer === this.#options.self) return;
    this.#roster.heard(peer, this.#now);
    this.look();
  }

  /** Whether an announcement is answered by an offer of ours. */
  welcomes(peer: string): boolean {
    this.heard(peer);
    this.#plan = this.#makePlan();
    return this.#plan.shape === "full" || this.#partners().includes(peer);
  }

  /** A link that worked has ended. */
  lost(peer: string): void {
    this.#roster.linkLost(peer);
    this.look();
  }

  /** Whether the peer shows that it is of our kind. */
  knows(peer: string): boolean {
    return this.#roster.isShown(peer);
  }

  /** Most links that others may make to us. */
  get limit(): number {
    return this.#serves ? RELAY_LINKS_LIMIT : LINKS_LIMIT;
  }

  /** Links or peers may have changed. */
  look(): void {
    this.#soon ??= this.#options.clock.after(SETTLE, () => {
      this.#soon = undefined;
      this.#judge();
    });
  }

  close(): void {
    disposeAll(this.#disposes);
    this.#soon?.();
    this.#check();
    this.forwards.set(false);
  }

  get #now(): Milliseconds {
    return this.#options.clock.monotonic();
  }

  readonly #checkAgain = (): void => {
    this.#check = this.#options.clock.after(CHECK_EVERY, this.#checkAgain);
    this.#judge();
  };

  readonly #updated = ({ added, updated, removed }: AwarenessChange): void => {
    this.#read([...added, ...updated]);
    for (const client of removed) this.#forget(client, (end) => this.#roster.left(end));
    this.look();
  };

  readonly #changed = ({ removed }: AwarenessChange, origin: unknown): void => {
    if (origin !== UNREACHABLE) return;
    for (const client of removed) this.#forget(client, (end) => this.#roster.hidden(end));
    this.look();
  };

  #read(clients: readonly number[]): void {
    const { awareness, self } = this.#options;
    for (const client of clients) {
      const state: unknown = awareness.getStates().get(client);
      const fields = isRecord(state) ? state : {};
      const end = readString(fields[LINK_FIELD], LINK_LIMIT);
      if (this.#ends.get(client) !== end) this.#forget(client, (before) => this.#roster.left(before));
      if (client === awareness.clientID || end === undefined || end === self) continue;
      this.#ends.set(client, end);
      const shown = { id: end, serves: fields[RELAY_FIELD] === true, device: PeerId.parse(fields["peer"]) };
      this.#roster.shown(shown, this.#now);
    }
  }

  #forget(client: number, tell: (end: string) => void): void {
    const end = this.#ends.get(client);
    if (end === undefined) return;
    this.#ends.delete(client);
    tell(end);
  }

  #makePlan(): MeshPlan {
    const { self, awareness, roles } = this.#options;
    const own = { id: self, serves: this.#serves, device: PeerId.parse(awareness.getLocalState()?.["peer"]) };
    const peers = [...this.#roster.peers(this.#now), own];
    return planMesh(peers.map(({ id, serves, device }) => ({ id, serves, isHeard: roles?.isHeard(device) !== false })));
  }

  #judge(): void {
    this.#plan = this.#makePlan();
    this.#serve(this.#plan.shape === "relayed" && this.#plan.relays.includes(this.#options.self));
    const wanted = this.#partners();
    this.#makeMissing(wanted);
    this.#giveUpSpare(wanted);
    this.#sayForwards();
  }

  #partners(): readonly string[] {
    const { self } = this.#options;
    const peers = this.#roster.peers(this.#now).map(({ id }) => id);
    const usable = (peer: string): boolean =>
      this.#isUsable(peer) && this.#options.roles?.isProvenUnheard(peer) !== true;
    const choice = { peers, usable, linked: this.#isLinked };
    return [...partnersOf(this.#plan, self), ...substitutes(this.#plan, self, choice)];
  }

  readonly #isUsable = (peer: string): boolean => {
    const { doubts, mayTry } = this.#options;
    return this.#isLinked(peer) || (!doubts(peer) && this.#roster.answers(peer) && mayTry(peer));
  };

  readonly #isLinked = (peer: string): boolean => {
    const { links, doubts } = this.#options;
    return links().get(peer)?.connected === true && !doubts(peer);
  };

  #serve(serves: boolean): void {
    if (this.#serves === serves) return;
    this.#serves = serves;
    this.#options.logger.info(serves ? "this peer is a relay now" : "this peer is no relay any more");
    this.#options.awareness.setLocalStateField(RELAY_FIELD, serves ? true : undefined);
  }

  #makeMissing(wanted: readonly string[]): void {
    const { links, connect, signalling } = this.#options;
    const missing = wanted.filter((peer) => !links().has(peer));
    keepTimes(this.#wantedSince, missing, this.#now);
    // Without the server, signals go over the links there are.
    if (!signalling() && ![...links().values()].some(({ connected }) => connected)) return;
    for (const peer of missing) {
      const waited = this.#now - (this.#wantedSince.get(peer) ?? this.#now);
      if (this.#isUsable(peer) && waited >= this.#patience(peer)) connect(peer);
    }
  }

  /** How long we wait for a peer to offer the link that both of us want. */
  #patience(peer: string): Milliseconds {
    const { self } = this.#options;
    const isRelay = (id: string): boolean => this.#plan.shape === "relayed" && this.#plan.relays.includes(id);
    if (this.#plan.shape === "relayed" && !isRelay(self)) return ms(0);
    const begins = isRelay(peer) === isRelay(self) ? self < peer : isRelay(peer);
    return begins ? OFFER_PATIENCE : TURN_PATIENCE;
  }

  #giveUpSpare(wanted: readonly string[]): void {
    const { links, signalling, logger } = this.#options;
    const spare = [...links()].filter(
      ([peer, link]) => link.connected && link.peer.initiator && !wanted.includes(peer) && this.#roster.isShown(peer),
    );
    keepTimes(
      this.#unwantedSince,
      spare.map(([peer]) => peer),
      this.#now,
    );
    const complete =
      wanted.some(this.#isLinked) && wanted.every((peer) => this.#isLinked(peer) || !this.#isUsable(peer));
    if (this.#plan.shape === "full" || !complete || !signalling()) return;
    for (const [peer, link] of spare) {
      if (this.#now - (this.#unwantedSince.get(peer) ?? this.#now) < LINGER) continue;
      logger.info("a link is given up: relays carry what it carried", { peer });
      link.destroy();
    }
  }

  #sayForwards(): void {
    const linked = [...this.#options.links().values()].some(({ connected }) => connected);
    if (!linked) this.forwards.set(false);
    else if (this.#plan.shape === "relayed") this.forwards.set(true);
    else if ([...this.#ends.values()].every(this.#isLinked)) this.forwards.set(false);
  }
}

/** Remembers since when each of `present` is; forgets the others. */
function keepTimes(since: Map<string, Milliseconds>, present: readonly string[], now: Milliseconds): void {
  for (const id of since.keys()) if (!present.includes(id)) since.delete(id);
  for (const id of present) if (!since.has(id)) since.set(id, now);
}

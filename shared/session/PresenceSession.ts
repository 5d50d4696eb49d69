import type { Awareness } from "y-protocols/awareness";
import { disposeAll, type Dispose } from "../base/dispose.ts";
import type { CellId, PeerId } from "../base/ids.ts";
import { isRecord, readString } from "../base/parse.ts";
import { Value, type Readable } from "../base/value.ts";
import type { Clock } from "../ports/Clock.ts";
import { forgetPeers, ghosts, NO_REACH, type Reach } from "../presence/ghosts.ts";
import { LocalPresence } from "../presence/LocalPresence.ts";
import { PEER_CSS } from "../presence/peerColors.ts";
import { parsePresence, peerColor, type Presence } from "../presence/presence.ts";
import { SafeAwareness, type AwarenessChange } from "../presence/SafeAwareness.ts";
import { SignsOfLife } from "../presence/SignsOfLife.ts";
import { PROOF_FIELD, PROOF_RENEWAL } from "../rooms/presenceProof.ts";
import type { DigestBoard } from "./DocSync.ts";
import { PresenceProofs, type PresenceProofsOptions } from "./presence/PresenceProofs.ts";
import type { Identity, PeerView } from "./views.ts";

/** UTF-16 units of a link's name (a UUID). */
const LINK_LIMIT = 64;

export interface PresenceSessionOptions {
  readonly awareness: Awareness;
  readonly peer: PeerId;
  /** How others see this person. */
  readonly name: Readable<string>;
  /** Protocol abilities of this replica, such as `chunk1`. */
  readonly capabilities: readonly string[];
  readonly clock: Clock;
  /** How we prove who we are and see who others are. Where nobody can, all is claimed. */
  readonly proof?: Pick<PresenceProofsOptions, "room" | "signer" | "logger">;
}

/** Shows others what we do in one notebook, and lists what they show. */
export class PresenceSession implements DigestBoard {
  /** Everybody else's replicas, and other tabs of this device. */
  readonly replicas: Readable<readonly PeerView[]>;
  /**
   * Other people: one entry per device that is not ours, the one it last moved in. Whoever only claims to be a device
   * stands beside it.
   */
  readonly peers: Readable<readonly PeerView[]>;
  /** For editor bindings. */
  readonly editors: SafeAwareness;
  readonly #awareness: Awareness;
  readonly #peer: PeerId;
  readonly #local: LocalPresence;
  readonly #views = new Map<number, PeerView>();
  readonly #replicas = new Value<readonly PeerView[]>([]);
  readonly #peers = new Value<readonly PeerView[]>([]);
  readonly #disposes: readonly Dispose[];
  readonly #proofs: PresenceProofs | undefined;
  #stopRenewal: Dispose = () => undefined;
  /** What is shown and signed. */
  #shownName = "";
  #wrote: readonly number[] = [];
  #reach: Reach = NO_REACH;

  constructor({ awareness, peer, name, capabilities, clock, proof }: PresenceSessionOptions) {
    this.#awareness = awareness;
    this.#peer = peer;
    this.replicas = this.#replicas;
    this.peers = this.#peers;
    this.#local = new LocalPresence(awareness, clock);
    this.editors = new SafeAwareness(awareness, this.#local);
    const changed = (client: number): void => this.#read([client]);
    this.#proofs = proof && new PresenceProofs({ ...proof, clock, changed });
    this.#local.set("peer", peer);
    this.#local.set("capabilities", capabilities);
    this.#showName(name.get());
    const renew = (): void => {
      this.#prove();
      this.#stopRenewal = clock.after(PROOF_RENEWAL, renew);
    };
    if (this.#proofs !== undefined) this.#stopRenewal = clock.after(PROOF_RENEWAL, renew);
    awareness.on("change", this.#changed);
    const signs = new SignsOfLife(awareness, clock);
    this.#disposes = [
      name.subscribe(() => this.#showName(name.get())),
      () => awareness.off("change", this.#changed),
      () => signs.dispose(),
      () => this.editors.dispose(),
      () => this.#local.dispose(),
      () => this.#stopRenewal(),
    ];
    this.#read([...awareness.getStates().keys()]);
  }

  setFocus(cell: CellId | undefined): void {
    this.#local.set("cell", cell);
  }

  /** Executions of ours that run or wait. */
  setRunning(running: Presence["running"]): void {
    this.#local.set("running", running);
  }

  /** Yjs clients under which this device wrote before. */
  setWrote(clients: readonly number[]): void {
    this.#local.set("wrote", clients);
    this.#wrote = clients;
    this.#prove();
  }

  publishDigest(digest: string | undefined): void {
    this.#local.set("digest", digest);
  }

  /** The ways to others changed: forgets those that can no longer be reached. */
  setReach(reach: Reach): void {
    const states = [...this.#awareness.getStates()].filter(([client]) => client !== this.#awareness.clientID);
    const peers = states.map(([client, state]) => ({ client, link: readString(state["link"], LINK_LIMIT) }));
    const lost = ghosts(peers, this.#reach, reach);
    this.#reach = reach;
    forgetPeers(this.#awareness, lost);
  }

  /** Tells everybody that we have left, and stops. */
  leave(): void {
    disposeAll(this.#disposes);
    this.#awareness.setLocalState(null);
  }

  #showName(name: string): void {
    const colorName = peerColor(this.#peer);
    this.#local.set("user", { name, colorName, ...PEER_CSS[colorName] });
    this.#shownName = name;
    this.#prove();
  }

  #prove(): void {
    const [name, wrote] = [this.#shownName, this.#wrote];
    void this.#proofs?.make({ client: this.#awareness.clientID, name, wrote }).then((proof) => {
      if (name === this.#shownName && wrote === this.#wrote) this.#local.set(PROOF_FIELD, proof);
    });
  }

  #identityOf(client: number, state: unknown): Identity {
    return this.#proofs?.identityOf(client, state) ?? "claimed";
  }

  /** Another window of this device, as far as can be known. */
  #isOurs({ presence, identity }: PeerView): boolean {
    return presence.peer === this.#peer && (this.#proofs === undefined || identity !== "claimed");
  }

  readonly #changed = ({ added, updated, removed }: AwarenessChange): void => {
    this.#read([...added, ...updated, ...removed]);
  };

  #read(clients: readonly number[]): void {
    for (const clientId of clients) {
      if (clientId === this.#awareness.clientID) continue;
      const state: unknown = this.#awareness.getStates().get(clientId);
      const presence = isRecord(state) ? parsePresence(state) : undefined;
      // Taken out first, so that the map keeps the order of the last moves.
      this.#views.delete(clientId);
      if (presence === undefined) this.#proofs?.gone(clientId);
      else this.#views.set(clientId, { clientId, presence, identity: this.#identityOf(clientId, state) });
    }
    const replicas = [...this.#views.values()];
    if (!same(replicas, this.#replicas.get())) this.#replicas.set(replicas);
    const others = replicas.filter((view) => !this.#isOurs(view));
    const people = [...new Map(others.map((view) => [personOf(view), view])).values()];
    people.sort((one, other) => (personOf(one) < personOf(other) ? -1 : 1));
    if (!same(people, this.#peers.get())) this.#peers.set(people);
  }
}

/** A device, or somebody who only says to be it. */
const personOf = ({ presence, identity }: PeerView): string =>
  identity === "claimed" ? `${presence.peer} claimed` : presence.peer;

function same(one: readonly PeerView[], other: readonly PeerView[]): boolean {
  return one.length === other.length && one.every((view, index) => view === other[index]);
}

import type { Awareness } from "y-protocols/awareness";
import { disposeAll, type Dispose } from "../base/dispose.ts";
import type { CellId, PeerId } from "../base/ids.ts";
import { isRecord, readString, type JsonObject } from "../base/parse.ts";
import { Value, type Readable } from "../base/value.ts";
import type { Clock } from "../ports/Clock.ts";
import { forgetPeers, ghosts, NO_REACH, type Reach } from "../presence/ghosts.ts";
import { LocalPresence } from "../presence/LocalPresence.ts";
import { PEER_CSS } from "../presence/peerColors.ts";
import { cleanName, parsePresence, peerColor, type Presence } from "../presence/presence.ts";
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
   * stands beside it. What is being checked is not here yet: of those who were here, what they showed before is.
   */
  readonly peers: Readable<readonly PeerView[]>;
  /** For editor bindings. */
  readonly editors: SafeAwareness;
  readonly #awareness: Awareness;
  readonly #peer: PeerId;
  readonly #local: LocalPresence;
  readonly #views = new Map<number, PeerView>();
  /** Those of `#views` that are checked, or else what their clients showed before. */
  readonly #checked = new Map<number, PeerView>();
  readonly #replicas = new Value<readonly PeerView[]>([]);
  readonly #peers = new Value<readonly PeerView[]>([]);
  readonly #disposes: readonly Dispose[];
  readonly #proofs: PresenceProofs | undefined;
  #stopRenewal: Dispose = () => undefined;
  /** What is shown and signed, or about to be. */
  #signed: { readonly name: string; readonly wrote: readonly number[] } = { name: "", wrote: [] };
  #reach: Reach = NO_REACH;

  constructor({ awareness, peer, name, capabilities, clock, proof }: PresenceSessionOptions) {
    this.#awareness = awareness;
    this.#peer = peer;
    this.replicas = this.#replicas;
    this.peers = this.#peers;
    this.#local = new LocalPresence(awareness, clock);
    const changed = (client: number): void => {
      this.#read([client]);
      this.editors.readAgain(client);
    };
    this.#proofs = proof && new PresenceProofs({ ...proof, clock, changed });
    this.editors = new SafeAwareness(awareness, this.#local, (...shown) => this.#identityOf(...shown) === "proven");
    this.#local.set("peer", peer);
    this.#local.set("capabilities", capabilities);
    this.#signed = { name: cleanName(name.get()), wrote: [] };
    // Not after it is signed: a key that does not answer must not hide us.
    this.#showSigned(undefined);
    this.#sign({});
    if (this.#proofs !== undefined) this.#renewLater(clock);
    awareness.on("change", this.#changed);
    const signs = new SignsOfLife(awareness, clock);
    this.#disposes = [
      name.subscribe(() => this.#sign({ name: cleanName(name.get()) })),
      () => awareness.off("change", this.#changed),
      () => signs.dispose(),
      () => this.editors.dispose(),
      () => this.#local.dispose(),
      () => this.#stopRenewal(),
      () => this.#proofs?.dispose(),
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
    this.#sign({ wrote: clients });
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

  /** Shows what changed together with its proof: nobody is to see the one without the other. */
  #sign(change: { readonly name?: string; readonly wrote?: readonly number[] }): void {
    const signed = { ...this.#signed, ...change };
    this.#signed = signed;
    if (this.#proofs === undefined) {
      this.#showSigned(undefined);
      return;
    }
    void this.#proofs.make({ client: this.#awareness.clientID, ...signed }).then((proof) => {
      if (signed === this.#signed) this.#showSigned(proof);
    });
  }

  #showSigned(proof: JsonObject | undefined): void {
    const { name, wrote } = this.#signed;
    const colorName = peerColor(this.#peer);
    this.#local.set("user", { name, colorName, ...PEER_CSS[colorName] });
    this.#local.set("wrote", wrote);
    this.#local.set(PROOF_FIELD, proof);
  }

  #renewLater(clock: Clock): void {
    this.#stopRenewal = clock.after(PROOF_RENEWAL, () => {
      this.#sign({});
      // Proofs grow old also of those who show nothing new.
      const clients = [...this.#awareness.getStates().keys()];
      this.#read(clients);
      for (const client of clients) this.editors.readAgain(client);
      this.#renewLater(clock);
    });
  }

  #identityOf(client: number, presence: Presence, state: unknown): Identity {
    return this.#proofs?.identityOf(client, presence, state) ?? "claimed";
  }

  /** Another window of this device, as far as can be known. */
  #isOurs({ presence, identity }: PeerView): boolean {
    return presence.peer === this.#peer && (this.#proofs === undefined || identity === "proven");
  }

  readonly #changed = ({ added, updated, removed }: AwarenessChange): void => {
    this.#read([...added, ...updated, ...removed]);
  };

  #read(clients: readonly number[]): void {
    for (const clientId of clients) {
      if (clientId === this.#awareness.clientID) continue;
      const state: unknown = this.#awareness.getStates().get(clientId);
      const presence = isRecord(state) ? parsePresence(state) : undefined;
      const identity = presence && this.#identityOf(clientId, presence, state);
      const view = presence && identity && { clientId, presence, identity };
      setLast(this.#views, clientId, view);
      if (view?.identity === "checking" && this.#checked.get(clientId)?.presence.peer === presence?.peer) continue;
      setLast(this.#checked, clientId, view?.identity === "checking" ? undefined : view);
      if (view === undefined) this.#proofs?.forget(clientId);
    }
    const replicas = [...this.#views.values()];
    if (!same(replicas, this.#replicas.get())) this.#replicas.set(replicas);
    const others = [...this.#checked.values()].filter((view) => !this.#isOurs(view));
    const people = [...new Map(others.map((view) => [personOf(view), view])).values()];
    people.sort((one, other) => (personOf(one) < personOf(other) ? -1 : 1));
    if (!same(people, this.#peers.get())) this.#peers.set(people);
  }
}

/** A device, or somebody who only says to be it. */
const personOf = ({ presence, identity }: PeerView): string =>
  identity === "claimed" ? `${presence.peer} claimed` : presence.peer;

/** Sets or removes a view; what is set comes last, so that a map keeps the order of the last moves. */
function setLast(views: Map<number, PeerView>, client: number, view: PeerView | undefined): void {
  views.delete(client);
  if (view !== undefined) views.set(client, view);
}

function same(one: readonly PeerView[], other: readonly PeerView[]): boolean {
  return one.length === other.length && one.every((view, index) => view === other[index]);
}

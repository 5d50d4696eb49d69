// Who is at the other end of each link, and what follows: on direct ways no host keeps the rules of a room, so whoever
// receives does.
// 1. Each end proves its device (see linkHello.ts); one that does not in time has the role of everybody. Late is not never.
// 2. Where there are rules nothing goes over a link, either way, before its end is known: what would wait. An end that may
//    not read gets nothing, and the link is ended.
// 3. What comes is judged by the role of the device at the end of the link, whoever wrote it: so an editor vouches for
//    what it passes on, and what a reader passes on is not taken.
// 4. When rules change, every link is judged anew at once; but first those who may read are told what was said, so that
//    one who is shut out learns why.

import type { Dispose } from "../../../base/dispose.ts";
import { messageOf } from "../../../base/errors.ts";
import type { PeerId, RoomId } from "../../../base/ids.ts";
import { mib, ms, seconds, type Bytes, type Milliseconds } from "../../../base/units.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { Logger } from "../../../ports/Logger.ts";
import type { RoomRules } from "../../../ports/RoomRules.ts";
import type { Signer } from "../../../ports/Signer.ts";
import { linkHelloMessage } from "../../../rooms/access/linkHello.ts";
import { linkStanding, type LinkProof, type LinkStanding } from "../../../rooms/access/linkStanding.ts";
import { roleOf } from "../../../rooms/access/membership.ts";
import { mayEdit, mayRead, mayRun } from "../../../rooms/access/role.ts";
import { peerIdOf } from "../../../rooms/deviceKey.ts";
import { TimerSet } from "../../TimerSet.ts";
import type { PeerConnection } from "../chunked/rtc.ts";
import type { MeshRoles } from "../mesh/MeshKeeper.ts";
import type { YWebrtcLink } from "../yWebrtc.ts";
import {
  helloMessage,
  isAccessMessage,
  type AccessMessage,
  readAccessMessage,
  statementsMessage,
} from "./accessMessages.ts";
import { linkEnds } from "./linkEnds.ts";

/** An end that has not proven its device by then may be anybody. Signing takes milliseconds, but pages are busy. */
const PROOF_LIMIT: Milliseconds = seconds(3);
/** What may wait for a proof, each way. A peer of ours pushes no large changes. */
const WAITING_LIMIT: Bytes = mib(1);
/** The last words to one who is shut out have left by then. */
const LAST_WORDS: Milliseconds = ms(500);

/** What links need to know who may do what; without it, all links are as open as those of stock peers. */
export interface LinkRules {
  /** As in statements and proofs; the signalling server knows the room by another name. */
  readonly room: RoomId;
  readonly signer: Signer;
  readonly rules: RoomRules;
}

export interface LinkGateOptions extends LinkRules {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Something may go over the link now that might not before. */
  readonly opened: (link: YWebrtcLink) => void;
  /** It may not read: not to be linked again soon. */
  readonly shutOut: (link: YWebrtcLink) => void;
  /** Rules have changed, and with them who may be linked. */
  readonly changed: () => void;
}

interface GateState {
  /** Past the gate. */
  readonly send: (message: Uint8Array) => void;
  readonly deliver: (message: Uint8Array) => void;
  proof: LinkProof;
  standing: LinkStanding;
  /** What goes each way when the gate opens. */
  outgoing: Uint8Array[];
  incoming: Uint8Array[];
  waitingBytes: number;
  /** How many statements the other end was told. */
  told: number;
  stopWaiting: Dispose;
}

export class LinkGate implements MeshRoles {
  readonly #options: LinkGateOptions;
  readonly #links = new Map<YWebrtcLink, GateState>();
  readonly #timers: TimerSet;
  readonly #stops: readonly Dispose[];

  constructor(options: LinkGateOptions) {
    this.#options = options;
    this.#timers = new TimerSet(options.clock);
    const { rules } = options;
    this.#stops = [
      rules.statements.subscribe(() => this.#tellAll()),
      rules.membership.subscribe(() => this.#judgeAll()),
    ];
  }

  /** A link that is being made. From now on `peer.send` goes through the gate, and what comes to `received` on to `deliver`. */
  adopt(link: YWebrtcLink, deliver: (message: Uint8Array) => void): void {
    const send = link.peer.send.bind(link.peer);
    const standing = linkStanding(this.#options.rules.membership.get(), "awaited");
    const waiting = { outgoing: [], incoming: [], waitingBytes: 0, told: 0, stopWaiting: () => undefined };
    const state: GateState = { send, deliver, proof: "awaited", standing, ...waiting };
    this.#links.set(link, state);
    link.peer.send = (message) => {
      if (state.standing === "waiting") this.#keep(link, state, state.outgoing, message);
      else if (mayRead(state.standing)) send(message);
    };
    link.peer.on("connect", () => this.#connected(link, state));
  }

  /** @throws whatever reading what is malformed throws */
  received(link: YWebrtcLink, message: Uint8Array): void {
    const state = this.#links.get(link);
    if (state === undefined) return;
    const access = isAccessMessage(message) ? readAccessMessage(message) : undefined;
    if (access?.type === "hello") void this.#check(link, state, access);
    else if (state.standing === "waiting") this.#keep(link, state, state.incoming, message);
    else if (!mayRead(state.standing)) return;
    else if (access !== undefined) void this.#listen(link, access.statements);
    else state.deliver(message);
  }

  lost(link: YWebrtcLink): void {
    this.#links.get(link)?.stopWaiting();
    this.#links.delete(link);
  }

  stop(): void {
    for (const stop of this.#stops) stop();
    this.#timers.clear();
    this.#links.clear();
  }

  standing(link: YWebrtcLink): LinkStanding {
    return this.#links.get(link)?.standing ?? "waiting";
  }

  /** Whether the other end is let read: only then is it counted as linked. */
  isOpen(link: YWebrtcLink): boolean {
    const standing = this.standing(link);
    return standing !== "waiting" && mayRead(standing);
  }

  /** The same, for channels beside the document's. */
  isOpenOver(connection: PeerConnection): boolean {
    return [...this.#links.keys()].some((link) => link.peer._pc === connection && this.isOpen(link));
  }

  /** Others take something of what this device sends, as far as it knows. */
  get mayWrite(): boolean {
    const { rules, signer } = this.#options;
    return mayRun(roleOf(rules.membership.get(), signer.peer));
  }

  isHeard(device: PeerId | undefined): boolean {
    return mayEdit(roleOf(this.#options.rules.membership.get(), device));
  }

  isProvenUnheard(peer: string): boolean {
    return [...this.#links].some(
      ([link, { standing }]) => link.remotePeerId === peer && standing !== "waiting" && !mayEdit(standing),
    );
  }

  #connected(link: YWebrtcLink, state: GateState): void {
    void this.#prove(link, state);
    state.stopWaiting = this.#timers.after(PROOF_LIMIT, () => {
      if (state.proof === "awaited") this.#proven(link, state, "none");
    });
  }

  /** Never rejects. */
  async #prove(link: YWebrtcLink, state: GateState): Promise<void> {
    const { room, signer, logger } = this.#options;
    const ends = linkEnds(link.peer._pc);
    if (ends === undefined) return;
    try {
      const signature = await signer.sign(linkHelloMessage({ room, from: ends.own, to: ends.other }));
      if (this.#links.get(link) === state) state.send(helloMessage(signer.publicKey, signature));
    } catch (error) {
      // Or the link is closing. If it is not, we are somebody unknown.
      logger.debug("a link was not told who we are", { error: messageOf(error) });
    }
  }

  async #check(link: YWebrtcLink, state: GateState, { publicKey, signature }: Hello): Promise<void> {
    const { room, signer } = this.#options;
    const ends = linkEnds(link.peer._pc);
    const known = state.proof !== "awaited" && state.proof !== "none";
    if (known || ends === undefined) return;
    const message = linkHelloMessage({ room, from: ends.other, to: ends.own });
    const good = await signer.verify(publicKey, message, signature).catch(() => false);
    if (this.#links.get(link) !== state) return;
    if (good) this.#proven(link, state, peerIdOf(publicKey));
    else this.#drop(link, "a peer said to be a device that it is not, or somebody stands between");
  }

  async #listen(link: YWebrtcLink, statements: readonly Uint8Array[]): Promise<void> {
    if (!(await this.#options.rules.hear(statements))) this.#drop(link, "a peer passed on what nobody said");
  }

  #proven(link: YWebrtcLink, state: GateState, proof: LinkProof): void {
    state.proof = proof;
    state.stopWaiting();
    this.#judge([[link, state]]);
    this.#tell(state);
  }

  #judgeAll(): void {
    this.#judge([...this.#links]);
    this.#options.changed();
  }

  /** First what each may do, then what follows: that makes us send over others. */
  #judge(links: readonly (readonly [YWebrtcLink, GateState])[]): void {
    const changed = links.filter(([, state]) => {
      const before = state.standing;
      state.standing = linkStanding(this.#options.rules.membership.get(), state.proof);
      return state.standing !== before;
    });
    for (const [link, state] of changed) {
      if (state.standing === "waiting") continue;
      if (mayRead(state.standing)) this.#open(link, state);
      else this.#shutOut(link, state);
    }
  }

  #open(link: YWebrtcLink, state: GateState): void {
    this.#tell(state);
    this.#letThrough(link, state);
    this.#options.opened(link);
  }

  #letThrough(link: YWebrtcLink, state: GateState): void {
    const { outgoing, incoming } = state;
    forget(state);
    try {
      for (const message of outgoing) state.send(message);
      for (const message of incoming) this.received(link, message);
    } catch (error) {
      this.#drop(link, messageOf(error));
    }
  }

  #shutOut(link: YWebrtcLink, state: GateState): void {
    forget(state);
    this.#options.shutOut(link);
    this.#timers.after(LAST_WORDS, () => {
      if (this.#links.get(link) === state && state.standing === "none") link.destroy();
    });
  }

  #tellAll(): void {
    for (const state of this.#links.values()) this.#tell(state);
  }

  /** Whoever may read is told what was said, once it is known to be of our kind. */
  #tell(state: GateState): void {
    const all = this.#options.rules.statements.get();
    if (state.proof === "awaited" || state.proof === "none") return;
    if (state.standing === "waiting" || !mayRead(state.standing) || state.told >= all.length) return;
    const news = all.slice(state.told);
    state.told = all.length;
    try {
      state.send(statementsMessage(news));
    } catch {
      // The link is closing.
    }
  }

  #keep(link: YWebrtcLink, state: GateState, where: Uint8Array[], message: Uint8Array): void {
    // One counted twice costs the least it can.
    state.waitingBytes += message.length + 1;
    if (state.waitingBytes > WAITING_LIMIT) this.#drop(link, "a peer sends much before it says who it is");
    else where.push(message);
  }

  #drop(link: YWebrtcLink, why: string): void {
    this.#options.logger.warn("a link was dropped", { why, peer: link.remotePeerId });
    link.destroy();
  }
}

type Hello = AccessMessage & { readonly type: "hello" };

function forget(state: GateState): void {
  state.outgoing = [];
  state.incoming = [];
  state.waitingBytes = 0;
}

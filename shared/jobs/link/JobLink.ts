import { Emitter } from "../../base/emitter.ts";
import type { Dispose } from "../../base/dispose.ts";
import type { PeerId } from "../../base/ids.ts";
import { seconds, type Milliseconds, type UnixMs } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { JobTransport, LastWill } from "../../ports/JobTransport.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Signer } from "../../ports/Signer.ts";
import type { RoomKeys } from "../../rooms/roomKeys.ts";
import type { SealCipher } from "../../rooms/seal.ts";
import { JobOutbox } from "./JobOutbox.ts";
import { JobInbox, type ReceivedBatch } from "./JobInbox.ts";
import { LargeTrial } from "./LargeTrial.ts";
import type { HeartbeatMessage, InboxMessage, JobMessage, PresenceMessage } from "../jobMessage.ts";
import { dropUnconfirmed, peerGone, presenceShown, unconfirmAll, type Roster } from "./roster.ts";
import { formatJobTopic, jobFilters } from "../topics.ts";

/** After a reconnect, peers have this long to show themselves again: longer than their longest wait to reconnect. */
const CONFIRM: Milliseconds = seconds(5);
/** A peer declared gone by mistake contradicts at most this often: two who quarrel must not flood the class. */
const CONTRADICT: Milliseconds = seconds(1);
/** Who comes later need not know who left long ago; a broker that keeps retained messages on disk then forgets them. */
const GONE_EXPIRY: Milliseconds = seconds(600);

export interface JobLinkOptions {
  /** Makes the connection; the will is to be published, retained, when it breaks. */
  readonly connect: (will: LastWill) => JobTransport;
  readonly keys: Pick<RoomKeys, "content" | "topicTag">;
  readonly signer: Signer;
  /** This host's own; undefined: the one in JavaScript. */
  readonly cipher?: SealCipher | undefined;
  /** See `nextIncarnation`. */
  readonly incarnation: number;
  readonly presence: PresenceMessage;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Runs its argument when what happens now is over, so that messages of one turn share an envelope. */
  readonly afterTurn: (callback: () => void) => void;
}

export type LinkEvent =
  | { readonly type: "online" }
  | { readonly type: "offline" }
  /** A peer came, came back, or is still there after we were offline; or it is there with a new life. */
  | { readonly type: "seen"; readonly peer: PeerId; readonly incarnation: number }
  | { readonly type: "gone"; readonly peer: PeerId; readonly final: boolean }
  | { readonly type: "message"; readonly from: PeerId; readonly message: InboxMessage }
  | ({ readonly type: "heartbeat"; readonly from: PeerId } & Omit<HeartbeatMessage, "type">)
  /** A newer program with this device's key took over; this link is closed for good. */
  | { readonly type: "superseded" };

/** A number above that of every earlier life of this device. `previous` is what the device stored at its last start. */
export function nextIncarnation(previous: number | undefined, now: UnixMs): number {
  return Math.max((previous ?? 0) + 1, Math.floor(now));
}

/**
 * A peer's place in the jobs realm of a class: shows its presence, knows who else is there, and carries batches of
 * messages, sealed and signed. Promises no delivery: what is sent while offline, or to a peer that is not known, is
 * dropped, and the machines repeat.
 */
export class JobLink {
  readonly peer: PeerId;
  readonly #options: JobLinkOptions;
  readonly #events = new Emitter<LinkEvent>();
  readonly #roster = new Value<Roster>(new Map());
  readonly #outbox: JobOutbox;
  readonly #inbox: JobInbox;
  readonly #leaving: LastWill;
  readonly #transport: JobTransport;
  readonly #disposes: Dispose[];
  readonly #trial: LargeTrial;
  #presence: PresenceMessage;
  #heartbeats: Dispose | undefined;
  #stopConfirm: Dispose = () => {};
  #contradicted: Milliseconds | undefined;

  /** Connects. Resolves at once, usually before the broker answered. */
  static async open(options: JobLinkOptions): Promise<JobLink> {
    const { keys, signer, incarnation } = options;
    const topic = formatJobTopic({ tag: keys.topicTag, kind: "presence", peer: signer.peer });
    const gone = (final: boolean): Promise<Uint8Array> =>
      JobOutbox.sealOne({ key: keys.content, signer }, topic, incarnation, { type: "gone", final });
    // Both are sealed now: a page that closes, or a connection that breaks, leaves no time for it.
    const [will, leaving] = await Promise.all([gone(false), gone(true)]);
    const expiry = GONE_EXPIRY;
    return new JobLink(options, { topic, payload: will, expiry }, { topic, payload: leaving, expiry });
  }

  private constructor(options: JobLinkOptions, will: LastWill, leaving: LastWill) {
    const { keys, signer, incarnation, cipher } = options;
    this.peer = signer.peer;
    this.#options = options;
    this.#presence = options.presence;
    this.#leaving = leaving;
    this.#inbox = new JobInbox({ key: keys.content, tag: keys.topicTag, signer, incarnation, cipher });
    this.#transport = options.connect(will);
    this.#outbox = new JobOutbox({
      transport: this.#transport,
      sender: { key: keys.content, signer, cipher },
      incarnation,
      clock: options.clock,
      afterTurn: options.afterTurn,
      logger: options.logger,
    });
    this.#trial = new LargeTrial({
      ...{ transport: this.#transport, topic: this.#topicTo(this.peer), clock: options.clock },
      changed: () => this.show(this.#presence),
    });
    const receive = (topic: string, payload: Uint8Array): void => {
      if (!this.#trial.hear(payload)) this.#inbox.receive(topic, payload);
    };
    this.#disposes = [
      this.#inbox.subscribe((batch) => this.#accept(batch)),
      this.#transport.subscribe(jobFilters.inbox(keys.topicTag, this.peer), receive),
      this.#transport.subscribe(jobFilters.presence(keys.topicTag), receive),
      this.#transport.onOnline((online) => (online ? this.#cameOnline() : this.#wentOffline())),
    ];
    if (this.#transport.online) this.#cameOnline();
  }

  get online(): boolean {
    return this.#transport.online;
  }

  get roster(): Readable<Roster> {
    return this.#roster;
  }

  /** How many payloads were refused, by reason. */
  get refused(): ReadonlyMap<string, number> {
    return this.#inbox.refused;
  }

  subscribe(listener: (event: LinkEvent) => void): Dispose {
    return this.#events.subscribe(listener);
  }

  /** Sends with the other messages of this turn, or soon if nobody waits for it; drops where it cannot. */
  send(to: PeerId, message: InboxMessage): void {
    const life = this.#inbox.lifeOf(to);
    if (life === undefined || !this.online) return;
    const inPieces = this.#roster.get().get(to)?.presence.pieces === true;
    this.#outbox.add({ topic: this.#topicTo(to), to: life, qos: 1, retain: false, inPieces }, message);
  }

  sendHeartbeat(message: HeartbeatMessage): void {
    if (!this.online) return;
    const topic = formatJobTopic({ tag: this.#options.keys.topicTag, kind: "heartbeat", peer: this.peer });
    this.#outbox.add({ topic, to: 0, qos: 0, retain: false }, message);
  }

  /** Changes what this peer shows of itself. */
  show(presence: PresenceMessage): void {
    this.#presence = presence;
    if (!this.online) return;
    const shown = this.#trial.slow ? { ...presence, pieces: true as const } : presence;
    this.#outbox.add({ topic: this.#leaving.topic, to: 0, qos: 1, retain: true }, shown);
  }

  /** Heartbeats are received only while somebody waits for jobs: thirty agents send thirty a second. */
  watchHeartbeats(watch: boolean): void {
    if (watch === (this.#heartbeats !== undefined)) return;
    this.#heartbeats?.();
    const filter = jobFilters.heartbeats(this.#options.keys.topicTag);
    const receive = (topic: string, payload: Uint8Array): void => this.#inbox.receive(topic, payload);
    this.#heartbeats = watch ? this.#transport.subscribe(filter, receive) : undefined;
  }

  /** Sends what waits, says that this peer left for good, and disconnects. */
  async close(): Promise<void> {
    await this.#outbox.drain();
    this.#sayLeft();
    await this.#end();
  }

  /** As `close`, but at once and without waiting messages: for a page that is being closed. */
  leave(): void {
    this.#sayLeft();
    void this.#end();
  }

  #sayLeft(): void {
    const { topic, payload } = this.#leaving;
    if (this.online) this.#transport.publish(topic, payload, { qos: 1, retain: true, expiry: GONE_EXPIRY });
  }

  #end(): Promise<void> {
    this.#trial.end();
    this.#stopConfirm();
    this.#heartbeats?.();
    for (const dispose of this.#disposes.splice(0)) dispose();
    return this.#transport.close();
  }

  #topicTo(to: PeerId): string {
    return formatJobTopic({ tag: this.#options.keys.topicTag, kind: "inbox", to, from: this.peer });
  }

  #cameOnline(): void {
    this.#trial.begin();
    this.show(this.#presence);
    this.#stopConfirm();
    this.#stopConfirm = this.#options.clock.after(CONFIRM, () =>
      this.#changeRoster(dropUnconfirmed(this.#roster.get())),
    );
    this.#events.emit({ type: "online" });
  }

  #wentOffline(): void {
    this.#trial.end();
    this.#stopConfirm();
    this.#roster.set(unconfirmAll(this.#roster.get()));
    this.#events.emit({ type: "offline" });
  }

  #accept(batch: ReceivedBatch): void {
    for (const message of batch.messages) this.#acceptOne(batch, message);
  }

  #acceptOne(batch: ReceivedBatch, message: JobMessage): void {
    const { kind, from, incarnation } = batch;
    if (kind === "presence") {
      this.#acceptPresence(batch, message);
      return;
    }
    if (message.type === "heartbeat") {
      if (kind === "heartbeat") this.#events.emit({ ...message, from });
      return;
    }
    if (kind !== "inbox" || message.type === "presence" || message.type === "gone") return;
    const known = this.#roster.get().get(from);
    // A life whose presence did not come yet speaks: what its former life had is over.
    if (known === undefined || known.incarnation < incarnation) {
      this.#events.emit({ type: "seen", peer: from, incarnation });
    }
    this.#events.emit({ type: "message", from, message });
  }

  #acceptPresence(batch: ReceivedBatch, message: JobMessage): void {
    const { from, incarnation } = batch;
    if (message.type !== "presence" && message.type !== "gone") return;
    if (from === this.peer) {
      this.#acceptOwn(incarnation, message.type);
      return;
    }
    const roster = this.#roster.get();
    if (message.type === "presence") {
      this.#changeRoster(presenceShown(roster, from, batch, message));
    } else {
      this.#changeRoster(peerGone(roster, from, incarnation), message.final);
    }
  }

  /** Our own presence topic: the broker may have taken us for dead, or a newer life of ours may be there. */
  #acceptOwn(incarnation: number, type: "presence" | "gone"): void {
    if (incarnation > this.#options.incarnation) {
      void this.#end();
      this.#events.emit({ type: "superseded" });
    } else if (type === "gone" && incarnation === this.#options.incarnation) {
      const now = this.#options.clock.monotonic();
      if (this.#contradicted !== undefined && now - this.#contradicted < CONTRADICT) return;
      this.#contradicted = now;
      this.show(this.#presence);
    }
  }

  #changeRoster(next: Roster, final = false): void {
    const before = this.#roster.get();
    if (next === before) return;
    this.#roster.set(next);
    for (const [peer, now] of next) {
      const known = before.get(peer);
      const wasSure = known?.here === true && known.confirmed && known.incarnation === now.incarnation;
      if (now.here && now.confirmed && !wasSure) {
        this.#events.emit({ type: "seen", peer, incarnation: now.incarnation });
      }
      if (!now.here && known?.here === true) this.#events.emit({ type: "gone", peer, final });
    }
  }
}

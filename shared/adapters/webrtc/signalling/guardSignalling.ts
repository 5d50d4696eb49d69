// Stands between y-webrtc and its signalling socket. y-webrtc shares one module-level list of rooms and sockets, trusts
// what arrives, and throws on an answer to a link it has forgotten; all of that ends here.
// 1. A socket speaks of its own room only, whatever other rooms the page has open.
// 2. What leaves is sealed; what arrives is opened, parsed, and dropped unless it fits the links there are.
// 3. A peer to which no link could be made is left alone for a while, by both sides.
// 4. An offer meets no link of ours. y-webrtc answers it on the link it has offered itself, and simple-peer then listens
//    at one channel while the other side speaks on another: a link that looks well and carries nothing.
// 5. Nothing thrown while a message is handled leaves this file.

import type { Dispose } from "../../../base/dispose.ts";
import { messageOf } from "../../../base/errors.ts";
import { isRecord } from "../../../base/parse.ts";
import { ms } from "../../../base/units.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { Logger } from "../../../ports/Logger.ts";
import type { LinkBackoff } from "./LinkBackoff.ts";
import { parseSignal, type Signal } from "./signal.ts";
import { openSignal, sealSignal, type SignallingKey } from "./signallingSeal.ts";
import type { SignallingSocket, YWebrtcLink } from "../yWebrtc.ts";

/** We announce ourselves at most this often: y-webrtc does it twice for every link that fails. */
const ANNOUNCE_SPACING = ms(1_000);
const SOCKET_OPEN = 1;

export interface SignallingGuardOptions {
  readonly room: string;
  readonly key: SignallingKey;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly backoff: LinkBackoff;
  /** Links there are, or that are being made. */
  readonly links: () => ReadonlyMap<string, YWebrtcLink>;
  /** Our own peer id, once the room is open. */
  readonly self: () => string | undefined;
  /** Most links we let others make to us. */
  readonly limit: () => number;
  /** Another peer has spoken. */
  readonly heard: (peer: string) => void;
  /** Whether an announcement of a peer we are not linked to is answered by an offer. */
  readonly welcomes: (peer: string) => boolean;
  /** This link is ended only because the peer has offered another: neither a failure nor a loss. */
  readonly replacing: (link: YWebrtcLink) => void;
  /** Takes what is meant for one peer while the server is away. */
  readonly detour: (sealed: string) => void;
  /** The server says that nobody but us is in the room. */
  readonly alone: () => void;
  /** After each message and change of the socket. */
  readonly changed: () => void;
}

export interface SignallingGuard {
  /** Has y-webrtc offer a link to a peer, as if it had announced itself. */
  offer(peer: string): void;
  /** Takes a sealed signal that came another way than over the socket. */
  deliver(sealed: string): void;
  readonly stop: Dispose;
}

/** Puts the guard in place. To be called before the socket has opened. */
export function guardSignalling(socket: SignallingSocket, options: SignallingGuardOptions): SignallingGuard {
  const send = socket.send.bind(socket);
  const emit = socket.emit.bind(socket);
  const announcer = new Announcer(options.clock, (message) => send(message));
  // A publish that y-webrtc makes while the socket is down would throw; peers announce again when it is up.
  const up = (): boolean => socket.ws?.readyState === SOCKET_OPEN;
  socket.send = (message) => {
    const outgoing = readOutgoing(message, options);
    if (outgoing === undefined) return;
    if (!up()) {
      if (outgoing.sealed !== undefined && !outgoing.announce) options.detour(outgoing.sealed);
      return;
    }
    if (outgoing.announce) announcer.announce(outgoing.message);
    else send(outgoing.message);
  };
  socket.emit = (event, args) => {
    if (event === "connect") tolerateBadText(socket, options.logger);
    if (event !== "message") return pass(event, args);
    if (saysAlone(args[0], options.room)) options.alone();
    const incoming = readIncoming(args[0], options);
    if (incoming === undefined) return undefined;
    if (incoming.before === undefined) return pass(event, incoming.args);
    incoming.before.peer.on("close", () => pass(event, incoming.args));
    options.replacing(incoming.before);
    incoming.before.destroy();
    return undefined;
  };
  const pass = (event: string, args: readonly unknown[]): unknown => {
    try {
      return emit(event, args);
    } catch (error) {
      options.logger.warn("y-webrtc could not handle a signal", { error: messageOf(error) });
      return undefined;
    } finally {
      options.changed();
    }
  };
  const publish = (data: unknown): unknown => ({ type: "publish", topic: options.room, data });
  return {
    offer: (peer) => void pass("message", [publish({ type: "announce", from: peer })]),
    deliver: (sealed) => void socket.emit("message", [publish(sealed)]),
    stop: () => announcer.stop(),
  };
}

interface Outgoing {
  readonly message: unknown;
  readonly announce: boolean;
  readonly sealed?: string;
}

function readOutgoing(message: unknown, { room, key }: SignallingGuardOptions): Outgoing | undefined {
  if (!isRecord(message)) return undefined;
  switch (message["type"]) {
    case "ping":
      return { message, announce: false };
    case "subscribe":
    case "unsubscribe": {
      const ours = Array.isArray(message["topics"]) && message["topics"].includes(room);
      return ours ? { message: { type: message["type"], topics: [room] }, announce: false } : undefined;
    }
    case "publish": {
      if (message["topic"] !== room) return undefined;
      const data = message["data"];
      const announce = isRecord(data) && data["type"] === "announce";
      const sealed = sealSignal(key, data);
      return { message: { type: "publish", topic: room, data: sealed }, announce, sealed };
    }
    default:
      return undefined;
  }
}

/** Servers add to what they pass on how many have subscribed; our own announcement comes back to us, too. */
function saysAlone(message: unknown, room: string): boolean {
  return isRecord(message) && message["topic"] === room && message["clients"] === 1;
}

interface Incoming {
  /** What y-webrtc's own handler gets. */
  readonly args: readonly unknown[];
  /** A link that must be gone first. */
  readonly before: YWebrtcLink | undefined;
}

/** Undefined if y-webrtc should see nothing of it. */
function readIncoming(message: unknown, options: SignallingGuardOptions): Incoming | undefined {
  if (!isRecord(message) || message["type"] !== "publish" || message["topic"] !== options.room) return undefined;
  if (typeof message["data"] !== "string") return undefined;
  const data = openSignal(options.key, message["data"]);
  const signal = parseSignal(data);
  if (signal === undefined) return undefined;
  const link = options.links().get(signal.from);
  const fate = fateOf(signal, link, options);
  if (signal.from !== options.self()) options.logger.debug("a signal arrived", { ...signal, fate });
  if (fate === "dropped") return undefined;
  const args = [{ type: "publish", topic: options.room, data }];
  return { args, before: fate === "taken after ending a link" ? link : undefined };
}

type Fate = "taken" | "taken after ending a link" | "dropped";

function fateOf(signal: Signal, link: YWebrtcLink | undefined, options: SignallingGuardOptions): Fate {
  if (!isWelcome(signal, options)) return "dropped";
  const isOffer = signal.type === "signal" && signal.kind === "offer" && signal.to === options.self();
  if (!isOffer || link === undefined) return "taken";
  // Two offers crossed: one must go, and both sides must find the same. A link that works was lost at the other side.
  const oursCounts = link.peer.initiator && !link.connected && (link.glareToken ?? 0) > signal.token;
  return oursCounts ? "dropped" : "taken after ending a link";
}

function isWelcome(signal: Signal, options: SignallingGuardOptions): boolean {
  const { links, backoff, clock, limit, heard, welcomes, self } = options;
  if (signal.from === self()) return true; // y-webrtc drops our own words itself.
  const open = links();
  heard(signal.from);
  const known = open.has(signal.from);
  // An answer or a candidate for a link that is gone would make a new one that cannot work, or throw.
  if (signal.type === "signal" && signal.kind !== "offer") return known;
  if (known) return true;
  if (open.size >= limit() || !backoff.mayTry(signal.from, clock.monotonic())) return false;
  return signal.type === "signal" || welcomes(signal.from);
}

/** Sends the first announcement at once, and those that follow too soon as one. */
class Announcer {
  readonly #clock: Clock;
  readonly #send: (message: unknown) => void;
  #quietUntil = 0;
  #later: Dispose | undefined;

  constructor(clock: Clock, send: (message: unknown) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  announce(message: unknown): void {
    const now = this.#clock.monotonic();
    if (now >= this.#quietUntil) {
      this.#quietUntil = now + ANNOUNCE_SPACING;
      this.#send(message);
      return;
    }
    this.#later ??= this.#clock.after(ms(this.#quietUntil - now), () => {
      this.#later = undefined;
      this.#quietUntil = this.#clock.monotonic() + ANNOUNCE_SPACING;
      this.#trySend(message);
    });
  }

  stop(): void {
    this.#later?.();
  }

  #trySend(message: unknown): void {
    try {
      this.#send(message);
    } catch {
      // The socket closed meanwhile; when it opens again, we announce again.
    }
  }
}

/** lib0 parses what arrives without a net; a server that speaks no JSON must not end in the page's error handler. */
function tolerateBadText(socket: SignallingSocket, logger: Logger): void {
  const { ws } = socket;
  const handler = ws?.onmessage;
  if (!ws || !handler) return;
  ws.onmessage = (event) => {
    try {
      handler.call(ws, event);
    } catch (error) {
      logger.warn("the signalling server sent what could not be read", { error: messageOf(error) });
    }
  };
}

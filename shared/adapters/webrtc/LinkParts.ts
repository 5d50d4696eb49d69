// What links carry of large documents. y-webrtc answers a question with the whole document in one message, and passes on to
// every peer whatever reaches it; here
// 1. a question says how much is taken at a time, and whoever understands gives a few parts and is asked for the next ones.
//    What came stays: after a cut, any link goes on from there;
// 2. one link is asked at a time, since all would give the same. One that does not answer in time is passed over and asked
//    again later, and none is asked while much comes in by another way;
// 3. a stock peer asks for everything, and gets it in messages that it can take;
// 4. nobody is told what it just said, or what it shows of itself: y-webrtc passes on to whom it came from, too;
// 5. what is large, or came in parts, is told and not pushed: whoever lacks it asks.

import type { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import type { Dispose } from "../../base/dispose.ts";
import { sameBytes } from "../../base/sameBytes.ts";
import { kib, mib, ms, seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import { applyFrom } from "../../notebook/applyFrom.ts";
import type { DocOrigin } from "../../notebook/origins.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Receiving } from "../../ports/DocSource.ts";
import { Timers } from "../Timers.ts";
import { PartsReceived } from "../parts/PartsReceived.ts";
import { PartsSent } from "../parts/PartsSent.ts";
import {
  answerMessage,
  askMessage,
  newsMessage,
  readDocumentMessage,
  updateMessage,
  type DocumentMessage,
} from "./peerMessage.ts";
import { isOwnPresence } from "./isOwnPresence.ts";
import { partMessages, partsToAsk } from "./partMessages.ts";
import type { YWebrtcLink } from "./yWebrtc.ts";

/** Whoever was asked and has said nothing for so long is passed over; what it says later is taken all the same. */
const ANSWER_LIMIT: Milliseconds = seconds(2);
/** Longest time until it is asked again, which doubles: a question or its answer may be lost, and nobody else may have it. */
const AGAIN_LIMIT: Milliseconds = seconds(60);
/** Questions in a row, over 22 seconds, after which a link that answers none carries nothing, whatever the browser says of it. */
const SILENT_LIMIT = 4;
/** Much has come by another way (the hub, storage) within this time: links are not asked for the same. */
const ELSEWHERE_LIMIT: Milliseconds = seconds(1);
/** Largest change that is pushed to peers that can ask: more than people type, less than a part. */
export const PUSH_LIMIT: Bytes = kib(8);
/** A large change is told of soon, and a stream of them once in a while. */
const TELL_SOON: Milliseconds = ms(50);
const TELL_AGAIN: Milliseconds = seconds(1);
/** Part given to a stock peer, which takes no message above 256 KiB. */
export const STOCK_PART: Bytes = kib(128);
/** Unsent bytes above which a stock peer gets no more parts. */
const HIGH_WATER: Bytes = mib(1);

interface LinkState {
  readonly send: (message: Uint8Array) => void;
  /** It asks in parts, and understands news. Undefined until it has asked. */
  asksInParts: boolean | undefined;
  readonly given: PartsSent;
  /** The last change it told; undefined when it said something else since. */
  heard: Uint8Array | undefined;
  /** Questions in a row that it did not answer. */
  unanswered: number;
  /** Set while it waits to be asked again. */
  again: Dispose | undefined;
}

export interface LinkPartsOptions {
  readonly doc: Y.Doc;
  /** What the peers show. */
  readonly awareness: Pick<Awareness, "getStates">;
  readonly clock: Clock;
  /** `receiving` may have changed. */
  readonly changed: () => void;
  /** The link says nothing to any question. */
  readonly silent?: (link: YWebrtcLink) => void;
  /** What the ends of links may do; all may write if nothing is said. */
  readonly rights?: LinkRights;
}

export interface LinkRights {
  /** Whether an update that came over the link is applied. */
  mayWrite(link: YWebrtcLink, update: Uint8Array): boolean;
  /** Whether anything that the link could give would be taken. */
  mayGive(link: YWebrtcLink): boolean;
  /** Whether others take anything that we send unasked. */
  readonly isHeard: boolean;
}

export class LinkParts {
  readonly #options: LinkPartsOptions;
  readonly #origin: DocOrigin = Object.freeze({ by: "source", source: "webrtc" });
  readonly #parts: PartsReceived;
  readonly #links = new Map<YWebrtcLink, LinkState>();
  /** To be asked, in this order. */
  readonly #wanted = new Set<YWebrtcLink>();
  #asked: YWebrtcLink | undefined;
  /** Parts still to come from it. */
  #owed = 0;
  readonly #timers: Timers;
  #elsewhereAt = ms(-Infinity);
  #toldAt = ms(-Infinity);
  /** What is being applied. */
  #applying: "part" | "answer" | undefined;

  constructor(options: LinkPartsOptions) {
    this.#options = options;
    this.#timers = new Timers(options.clock);
    this.#parts = new PartsReceived(options.doc, this.#origin, options.clock);
  }

  /** Undefined while nothing comes in parts. */
  get receiving(): Receiving | undefined {
    return this.#parts.progress;
  }

  /** A link that y-webrtc has made, before it works. From now on we look at what y-webrtc sends over it. */
  adopt(link: YWebrtcLink): void {
    const { doc, clock } = this.#options;
    const send = link.peer.send.bind(link.peer);
    const given = new PartsSent(doc, clock, {
      limit: STOCK_PART,
      full: () => link.peer.bufferSize > HIGH_WATER,
      send: (update, last) => this.#send(link, last ? answerMessage(update) : updateMessage(update)),
    });
    this.#links.set(link, { send, asksInParts: undefined, given, heard: undefined, unanswered: 0, again: undefined });
    link.peer.send = (message) => {
      if (this.#passes(link, message)) send(message);
    };
  }

  lost(link: YWebrtcLink): void {
    stopLink(this.#links.get(link));
    this.#links.delete(link);
    this.#wanted.delete(link);
    if (this.#asked === link) this.#askNext();
  }

  /** Asks for what we lack, when it is the link's turn. */
  ask(link: YWebrtcLink): void {
    if (this.#options.rights?.mayGive(link) === false) return;
    this.#wanted.add(link);
    if (this.#asked === undefined) this.#askNext();
  }

  /** True if the message is none for y-webrtc. @throws whatever reading or applying what is malformed throws */
  received(link: YWebrtcLink, bytes: Uint8Array): boolean {
    const message = readDocumentMessage(bytes);
    const state = this.#links.get(link);
    if (state === undefined) return false;
    state.heard = message?.type === "update" ? bytes : undefined;
    if (message === undefined) return false;
    if (message.type === "update") return !this.#mayWrite(link, message.update);
    this.#receive(link, state, message);
    return true;
  }

  stop(): void {
    this.#timers.clear();
    for (const state of this.#links.values()) stopLink(state);
    this.#links.clear();
    this.#wanted.clear();
  }

  #receive(link: YWebrtcLink, state: LinkState, message: Exclude<DocumentMessage, { readonly type: "update" }>): void {
    switch (message.type) {
      case "ask":
        state.asksInParts = message.limit !== undefined;
        if (message.limit === undefined) state.given.start(message.stateVector);
        else {
          const { doc } = this.#options;
          for (const part of partMessages(doc, message.stateVector, message.limit)) this.#send(link, part);
        }
        return;
      case "answer":
        spoke(state);
        if (this.#mayWrite(link, message.update)) {
          this.#apply("answer", () => applyFrom(this.#options.doc, message.update, this.#origin));
        }
        this.#answered(link);
        return;
      case "part":
        spoke(state);
        // What is not taken would come again and again. Others have what this one may not give.
        if (!this.#mayWrite(link, message.update)) {
          this.#answered(link);
          return;
        }
        this.#apply("part", () => this.#parts.apply(message.update, message.left));
        this.#gave(link);
        this.#options.changed();
        return;
      case "news":
        this.ask(link);
        return;
    }
  }

  /** Who gives, is asked again when it has given what it was asked for. */
  #gave(link: YWebrtcLink): void {
    if (this.#asked !== link) this.ask(link);
    else if (--this.#owed <= 0) this.#askNow(link);
    else this.#timers.set("answer", ANSWER_LIMIT, () => this.#passOver(link));
  }

  #answered(link: YWebrtcLink): void {
    // While another gives parts, its answer ends them. One that was passed over may be the only one.
    if (this.#asked !== undefined && this.#asked !== link) return;
    this.#parts.end();
    this.#askNext();
    this.#options.changed();
  }

  #mayWrite(link: YWebrtcLink, update: Uint8Array): boolean {
    return this.#options.rights?.mayWrite(link, update) ?? true;
  }

  #apply(what: "part" | "answer", apply: () => void): void {
    this.#applying = what;
    try {
      apply();
    } finally {
      this.#applying = undefined;
    }
  }

  #askNext(): void {
    this.#timers.stop("answer");
    this.#asked = undefined;
    const [link] = this.#wanted;
    if (link === undefined) return;
    this.#wanted.delete(link);
    this.#askNow(link);
  }

  #passOver(link: YWebrtcLink): void {
    const state = this.#links.get(link);
    if (state !== undefined) {
      const wait = Math.min(ANSWER_LIMIT * 2 ** state.unanswered++, AGAIN_LIMIT);
      state.again?.();
      state.again = this.#options.clock.after(ms(wait), () => this.ask(link));
    }
    this.#askNext();
    if (state?.unanswered === SILENT_LIMIT) this.#options.silent?.(link);
  }

  #askNow(link: YWebrtcLink): void {
    const { doc, clock } = this.#options;
    this.#asked = link;
    this.#timers.stop("answer");
    const busy = this.#elsewhereAt + ELSEWHERE_LIMIT - clock.monotonic();
    if (busy > 0) {
      this.#timers.set("elsewhere", ms(busy), () => {
        if (this.#asked === link) this.#askNow(link);
      });
      return;
    }
    this.#owed = partsToAsk(this.#parts.limit);
    this.#timers.set("answer", ANSWER_LIMIT, () => this.#passOver(link));
    this.#parts.asked();
    this.#send(link, askMessage(Y.encodeStateVector(doc), this.#parts.limit));
  }

  /** Whether what y-webrtc sends goes over the link as it is. */
  #passes(link: YWebrtcLink, bytes: Uint8Array): boolean {
    const state = this.#links.get(link);
    if (state === undefined) return true;
    const message = readDocumentMessage(bytes);
    if (message === undefined) return !isOwnPresence(bytes, this.#options.awareness, link.remotePeerId);
    if (message.type === "ask") {
      this.ask(link);
      return false;
    }
    if (message.type !== "update") return true;
    if (state.heard !== undefined && sameBytes(state.heard, bytes)) return false;
    if (this.#options.rights?.isHeard === false) return false;
    const large = bytes.length > PUSH_LIMIT;
    if (large && this.#applying === undefined) this.#elsewhereAt = this.#options.clock.monotonic();
    // Parts on their way have it.
    if (state.given.active) return false;
    if (state.asksInParts === false || !(large || this.#applying === "part")) return true;
    this.#tellLater();
    return false;
  }

  /** To those who ask in parts. Whoever has not asked yet will, and gets everything. */
  #tellLater(): void {
    const { clock } = this.#options;
    const delay = Math.max(TELL_SOON, this.#toldAt + TELL_AGAIN - clock.monotonic());
    this.#timers.start("tell", ms(delay), () => {
      this.#toldAt = clock.monotonic();
      for (const [link, { asksInParts }] of this.#links) {
        if (asksInParts === true && link !== this.#asked) this.#send(link, newsMessage());
      }
      // Whoever gives us parts most likely has them; it is told when it has given all.
      if (this.#asked !== undefined) this.#tellLater();
    });
  }

  #send(link: YWebrtcLink, message: Uint8Array): void {
    try {
      this.#links.get(link)?.send(message);
    } catch {
      // The link is closing; `lost` follows.
    }
  }
}

/** It answers: what waits to be asked again need not. */
function spoke(state: LinkState): void {
  state.unanswered = 0;
  state.again?.();
  state.again = undefined;
}

function stopLink(state: LinkState | undefined): void {
  state?.given.stop();
  state?.again?.();
}

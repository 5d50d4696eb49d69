// The snapshot before the present one, and the entries between the two. It is read where the present one is broken, and
// by whoever makes the next one: what a member left out, by mistake or on purpose, is in it again.

import * as Y from "yjs";
import { SEALED_PART } from "../../../contracts/host/sealedHub.ts";
import type { Clock } from "../../../ports/Clock.ts";
import type { RoomSealer } from "../../../rooms/RoomSealer.ts";
import { PartsSent } from "../../parts/PartsSent.ts";
import { fetchEarlierFrame, snapshotFrame } from "./sealedFrames.ts";
import type { SealedReplica } from "./SealedReplica.ts";

export interface GenerationBeforeOptions {
  readonly doc: Y.Doc;
  readonly clock: Clock;
  readonly sealer: RoomSealer;
  readonly replica: SealedReplica;
  readonly sendFrame: (frame: Uint8Array<ArrayBuffer>) => unknown;
  readonly full: () => boolean;
  /** Applies an update as one that the host gave. */
  readonly apply: (update: Uint8Array | undefined) => void;
  /** Gives an update to everybody. */
  readonly give: (update: Uint8Array) => void;
}

export class GenerationBefore {
  readonly #options: GenerationBeforeOptions;
  readonly #snapshot: PartsSent;
  #place = { covers: 0, index: 0 };
  #next: (() => void) | undefined;

  constructor(options: GenerationBeforeOptions) {
    this.#options = options;
    const send = (update: Uint8Array, last: boolean): void => this.#sendPiece(update, last);
    this.#snapshot = new PartsSent(options.doc, options.clock, { send, full: options.full, limit: SEALED_PART });
  }

  /** It is being read. */
  get isBeingRead(): boolean {
    return this.#next !== undefined;
  }

  /** Reads it, and then does `next`. */
  read(next: () => void): void {
    if (this.#next !== undefined) return;
    this.#next = next;
    this.#options.sendFrame(fetchEarlierFrame());
  }

  /** Something of it has come; nothing means that it was all. */
  received(sealed: Uint8Array): void {
    const { doc, replica, apply, give } = this.#options;
    const next = this.#next;
    if (next === undefined) return;
    if (sealed.length === 0) {
      this.#next = undefined;
      next();
      return;
    }
    const found: Uint8Array[] = [];
    const note = (update: Uint8Array): void => void found.push(update);
    doc.on("update", note);
    apply(replica.earlier(sealed));
    doc.off("update", note);
    for (const update of found) give(update);
  }

  /** Gives the host a snapshot of everything we have, which is at least everything it gave us. */
  makeSnapshot(): void {
    if (this.#snapshot.active) return;
    this.#place = { covers: this.#options.replica.position.seq, index: 0 };
    this.#snapshot.start(Y.encodeStateVector(new Map()));
  }

  stop(): void {
    this.#next = undefined;
    this.#snapshot.stop();
  }

  #sendPiece(update: Uint8Array, last: boolean): void {
    const { covers, index } = this.#place;
    this.#place = { covers, index: index + 1 };
    const { sealer, sendFrame } = this.#options;
    sendFrame(snapshotFrame(covers, index, { last, sealed: sealer.seal("update", update) }));
  }
}

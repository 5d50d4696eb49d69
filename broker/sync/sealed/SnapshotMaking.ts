// Asks members for a snapshot when a room's log has grown long, and takes it in. The host cannot make one, and cannot
// tell a good one from a bad one; so
// 1. the snapshot before, and all entries since, are kept until the next one counts;
// 2. whoever makes the next one first reads that generation too: what a bad snapshot left out is in again;
// 3. it is another device than last time, if another is here. Only two bad ones in a row could lose something.

import { wantedFrame, type SealedFrame } from "#shared/adapters/hub/sealed/sealedFrames.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { PeerId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { HubConnection } from "../HubConnection.ts";
import { SEALED_ROOM_LIMIT, type SealedLog } from "./SealedLog.ts";

/** Whoever was asked and sends nothing for so long is passed over; reading the generation before takes some of it. */
export const MAKER_PATIENCE: Milliseconds = seconds(30);

interface Making {
  readonly maker: HubConnection;
  covers: number | undefined;
  readonly pieces: Uint8Array[];
  bytes: number;
  cancel: Dispose;
}

export interface SnapshotMakingOptions {
  readonly log: SealedLog;
  /** Who may be asked: those who have everything, and may write. */
  readonly able: () => readonly HubConnection[];
  /** How much of the log this client has been given. */
  readonly givenTo: (connection: HubConnection) => number;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class SnapshotMaking {
  readonly #options: SnapshotMakingOptions;
  /** Were asked for the present snapshot and did not give it. */
  readonly #passed = new Set<HubConnection>();
  #making: Making | undefined;
  #storing: Promise<void> | undefined;
  #lastMaker: PeerId | undefined;

  constructor(options: SnapshotMakingOptions) {
    this.#options = options;
  }

  /** The log, or who is here, has changed. */
  consider(): void {
    const { log, able } = this.#options;
    if (this.#making !== undefined || this.#storing !== undefined || !log.wantsSnapshot) return;
    const here = able().filter((connection) => !this.#passed.has(connection));
    const maker = here.find(({ device }) => device === undefined || device.peer !== this.#lastMaker) ?? here[0];
    if (maker === undefined) return;
    this.#making = { maker, covers: undefined, pieces: [], bytes: 0, cancel: () => undefined };
    this.#waitFor(this.#making);
    maker.send(wantedFrame());
  }

  /** A piece came. Those that nobody asked for are passed over. */
  take(connection: HubConnection, frame: SealedFrame & { readonly type: "snapshot" }): void {
    const making = this.#making;
    if (making?.maker !== connection) return;
    const { covers, index, last, sealed } = frame;
    const { log, givenTo, logger } = this.#options;
    making.covers ??= covers;
    making.bytes += sealed.length;
    const fits = covers > log.covers && covers <= givenTo(connection) && making.bytes <= SEALED_ROOM_LIMIT;
    if (making.covers !== covers || index !== making.pieces.length || !fits) {
      logger.warn("a snapshot was not taken", { covers, index });
      this.#passOver(making);
      return;
    }
    making.pieces.push(sealed);
    making.cancel();
    if (!last) {
      this.#waitFor(making);
      return;
    }
    this.#making = undefined;
    this.#storing = this.#store(making, covers);
  }

  left(connection: HubConnection): void {
    this.#passed.delete(connection);
    if (this.#making?.maker === connection) this.#passOver(this.#making);
  }

  /** Resolves when a snapshot that has come is stored, or could not be. */
  async flush(): Promise<void> {
    await this.#storing;
  }

  stop(): void {
    this.#making?.cancel();
    this.#making = undefined;
  }

  /** Never rejects. */
  async #store(making: Making, covers: number): Promise<void> {
    try {
      await this.#options.log.replace(covers, making.pieces);
      this.#passed.clear();
      this.#lastMaker = making.maker.device?.peer;
    } catch (error) {
      this.#options.logger.error("a snapshot could not be stored", { error });
      this.#passed.add(making.maker);
    }
    this.#storing = undefined;
    this.consider();
  }

  #waitFor(making: Making): void {
    making.cancel = this.#options.clock.after(MAKER_PATIENCE, () => this.#passOver(making));
  }

  #passOver(making: Making): void {
    making.cancel();
    this.#passed.add(making.maker);
    this.#making = undefined;
    this.consider();
  }
}

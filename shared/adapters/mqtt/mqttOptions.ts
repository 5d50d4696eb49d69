import type { PeerId } from "../../base/ids.ts";
import { ms, type Milliseconds } from "../../base/units.ts";
import type { Readable } from "../../base/value.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { JobTransport } from "../../ports/JobTransport.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { RoomKeys } from "../../rooms/roomKeys.ts";

/** The better way must be away for so long: reconnecting after a hiccup takes less, and needs no second way. */
export const NEED_AFTER = ms(1_000);

export interface MqttOptions {
  readonly keys: Pick<RoomKeys, "content" | "topicTag">;
  /** A connection of this room's own, under the id `self`; a broker throws out the older of two with one id. */
  readonly connect: () => RelayConnection;
  /** Whether a way that reaches everybody works (the hub): then this one carries only for those who have no other. */
  readonly better: Readable<boolean>;
  readonly needAfter: Milliseconds;
  /** Ends of the links that work now. Where they reach all whom the broker reaches, it may be a moment later. */
  readonly links?: Readable<ReadonlySet<string>>;
  /** Resolves when connecting may begin. At once if nothing is said. */
  readonly when?: () => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Gives 0–1; spreads what all would do at the same time. */
  readonly random: () => number;
}

export interface RelayConnection {
  readonly transport: JobTransport;
  readonly self: PeerId;
}

export type MqttGiven = Omit<MqttOptions, "needAfter" | "random"> & Partial<Pick<MqttOptions, "needAfter" | "random">>;

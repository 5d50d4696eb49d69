import type { Value } from "../../../base/value.ts";
import type { RoomSealer } from "../../../rooms/RoomSealer.ts";

/** What the class host of a room does: reads what it stores, or not. `unknown` until it has been reached. */
export type HubMode = "unknown" | "plain" | "sealed";

/** What is needed to speak with blind hosts. */
export interface HubSealing {
  readonly sealer: RoomSealer;
  /** Set when the host is reached. Once `sealed`, it stays so: nothing is ever given to that host in clear. */
  readonly mode: Value<HubMode>;
}

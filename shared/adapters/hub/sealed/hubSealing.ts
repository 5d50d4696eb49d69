import type { Value } from "../../../base/value.ts";
import type { HubMode } from "../../../contracts/host/sealedHub.ts";
import type { RoomSealer } from "../../../rooms/RoomSealer.ts";

/** What is needed to speak with blind hosts. */
export interface HubSealing {
  readonly sealer: RoomSealer;
  /** Set when the host is reached. Once `sealed`, it stays so: nothing is ever given to that host in clear. */
  readonly mode: Value<HubMode>;
}

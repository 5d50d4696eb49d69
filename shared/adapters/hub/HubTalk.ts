import type { HubConnection } from "./HubConnection.ts";

/** A connection to a host, of either kind, as `HubDocSource` uses it. */
export type HubTalk = Pick<
  HubConnection,
  | "open"
  | "synced"
  | "held"
  | "flushed"
  | "sendUpdate"
  | "sendPresence"
  | "hostNews"
  | "ask"
  | "flush"
  | "close"
  | "sendFrame"
>;

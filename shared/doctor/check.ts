// What the doctor says, in a terminal (`meshbook doctor`) and in the app. Measuring is elsewhere: the functions of this
// folder only turn what was measured into words, so that both doctors say the same of the same fact.

/** Everything the doctor can look at. A new one needs a title below. */
export type CheckId =
  | "host"
  | "invitation"
  | "hub"
  | "signalling"
  | "mqtt-web"
  | "mqtt-tcp"
  | "broker"
  | "broker-retained"
  | "broker-will"
  | "broker-size"
  | "broker-share"
  | "broker-latency"
  | "udp"
  | "multicast"
  | "direct"
  | "secure-context"
  | "certificate"
  | "clock"
  | "data-folder"
  | "archive"
  | "free-space"
  | "browser-storage"
  | "offline-start"
  | "node"
  | "isolation";

/**
 * `problem`: something that Meshbook promises does not work. `warning`: it works, with less than it could. `skipped`:
 * there was nothing to look at, and `found` says why.
 */
export type CheckState = "ok" | "warning" | "problem" | "skipped";

export interface Check {
  readonly id: CheckId;
  readonly state: CheckState;
  /** What was found, as one sentence. */
  readonly found: string;
  /** What to do about it; always there for a problem. */
  readonly advice?: string;
}

/** What each check is called where they stand in a list. */
export const CHECK_TITLES: Readonly<Record<CheckId, string>> = {
  host: "Class host",
  invitation: "Invitation",
  hub: "Sync hub",
  signalling: "Signalling",
  "mqtt-web": "MQTT for pages",
  "mqtt-tcp": "MQTT for agents",
  broker: "Broker",
  "broker-retained": "Presence kept",
  "broker-will": "Last will",
  "broker-size": "Large messages",
  "broker-share": "Shared subscriptions",
  "broker-latency": "Latency",
  udp: "UDP",
  multicast: "Names on the network",
  direct: "Direct links",
  "secure-context": "Secure page",
  certificate: "Certificate",
  clock: "Clock",
  "data-folder": "Data folder",
  archive: "Archive",
  "free-space": "Free space",
  "browser-storage": "Browser storage",
  "offline-start": "Start without the network",
  node: "Node",
  isolation: "Isolation of cells",
};

/** True unless something that is needed does not work. Warnings do not count. */
export const isHealthy = (checks: readonly Check[]): boolean => checks.every(({ state }) => state !== "problem");

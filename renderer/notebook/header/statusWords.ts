import { CHANGES_REFUSED, type Receiving, type SourceKind, type SourceStatus } from "#shared/ports/DocSource.ts";
import type { SyncView } from "#shared/session/views.ts";

export interface StatusWord {
  readonly id: "disk" | "host" | "peers" | "arriving";
  readonly text: string;
  readonly tone: "good" | "wait" | "bad";
}

/** What has been true long enough to be said (see CalmStatus): it may be less than is true, never more. */
export interface Settled {
  readonly saved: boolean;
  readonly held: boolean;
}

/** Where the document is at this instant, in words that promise nothing that is not so. */
export function statusWords(sync: SyncView, settled: Settled): readonly StatusWord[] {
  const words = [diskWord(sync, settled), hostWord(sync, settled), peersWord(sync)];
  const receiving = receivingOf(sync.sources);
  if (sync.incomplete && receiving === undefined)
    words.push({ id: "arriving", text: "Some changes are still on their way", tone: "wait" });
  return words.filter((word) => word !== undefined);
}

function diskWord(sync: SyncView, settled: Settled): StatusWord {
  if (sync.saved && settled.saved) return { id: "disk", text: "Saved on this computer", tone: "good" };
  const disk = statusOf(sync, "disk");
  if (!sync.saved && disk?.state === "failed") {
    return { id: "disk", text: "Not saved on this computer", tone: "bad" };
  }
  if (disk?.state === "connecting") return { id: "disk", text: "Opening…", tone: "wait" };
  return { id: "disk", text: "Saving…", tone: "wait" };
}

function hostWord(sync: SyncView, settled: Settled): StatusWord | undefined {
  if (sync.heldByHost === undefined) return undefined;
  if (sync.heldByHost && settled.held) return { id: "host", text: "Held by the class host", tone: "good" };
  const hub = statusOf(sync, "hub");
  if (receivingOf(sync.sources) !== undefined) return { id: "host", text: "Receiving the notebook…", tone: "wait" };
  if (hub?.state === "offline") {
    const safe = sync.saved ? " – your edits are safe here" : "";
    if (hub.refused === true) return { id: "host", text: `Refused by the class host${safe}`, tone: "bad" };
    return { id: "host", text: `Class host not reachable${safe}`, tone: "wait" };
  }
  if (hub?.state === "failed") {
    const isWrong = hub.code === "wrong-key";
    const text = isWrong ? "Your link does not open this notebook" : "The class host refused the connection";
    return { id: "host", text, tone: "bad" };
  }
  if (hub?.state === "connected" && hub.warning?.code === CHANGES_REFUSED)
    return { id: "host", text: "Not all taken by the class host", tone: "bad" };
  if (hub?.state === "connected") return { id: "host", text: "Sending to the class host…", tone: "wait" };
  return { id: "host", text: "Reaching the class host…", tone: "wait" };
}

function peersWord({ seen }: SyncView): StatusWord {
  if (seen.of === 0) return { id: "peers", text: "Alone here", tone: "good" };
  return { id: "peers", text: `Seen by ${seen.by} of ${seen.of}`, tone: seen.by === seen.of ? "good" : "wait" };
}

const statusOf = (sync: SyncView, kind: SourceKind): SourceStatus | undefined =>
  sync.sources.find((source) => source.kind === kind)?.status;

/** How far the notebook has come, while a large one is on its way. */
export function receivingOf(sources: SyncView["sources"]): Receiving | undefined {
  const all = sources.map(({ status }) => (status.state === "connected" ? status.receiving : undefined));
  return all.find((receiving) => receiving !== undefined);
}

/** `Receiving the notebook: 12 of 20 MB`. What has come is never said to be more than there is. */
export function receivingWords({ received, total }: Receiving): string {
  const whole = Math.max(1, Math.ceil(total / MEGABYTE));
  return `Receiving the notebook: ${Math.min(whole, Math.floor(received / MEGABYTE))} of ${whole} MB`;
}

const MEGABYTE = 1_000_000;

const SOURCE_NAMES: Readonly<Record<SourceKind, string>> = {
  disk: "This computer",
  tabs: "Other windows here",
  hub: "Class host",
  webrtc: "Directly between computers",
  mqtt: "Through the message broker",
  file: "File",
  memory: "Memory",
};

export const sourceName = (kind: SourceKind): string => SOURCE_NAMES[kind];

export function sourceInWords(kind: SourceKind, status: SourceStatus): string {
  switch (status.state) {
    case "connecting":
      return kind === "disk" ? "Opening…" : "Connecting…";
    case "offline":
      return status.refused === true ? status.reason : `Not reachable: ${status.reason}`;
    case "failed":
      return status.message;
    case "connected":
      return connectedInWords(kind, status);
  }
}

type Connected = SourceStatus & { readonly state: "connected" };

function connectedInWords(kind: SourceKind, status: Connected): string {
  const { held, peers, receiving, standby = false, warning } = status;
  if (held) return kind === "disk" ? "Everything is saved" : "Holds everything";
  if (kind === "disk") return "Saving…";
  if (receiving !== undefined) return receivingWords(receiving);
  if (warning?.code === CHANGES_REFUSED) return `Did not take everything. ${warning.message}`;
  if (kind === "hub") return "Connected, receiving";
  if (standby) return "Ready, should the class host be out of reach";
  if (peers === undefined) return "Connected";
  if (peers === 0) return "Nobody to reach this way now";
  return `Carries your edits to ${peers} ${peers === 1 ? "other" : "others"}`;
}

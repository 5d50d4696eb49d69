// What a peer shows of itself while it is there, as fields of its awareness state. Awareness comes from others: it is
// hostile until `parsePresence` has read it. `cursor` is y-codemirror's own field and is passed on as it is.

import { CellId, PeerId, RunId } from "../base/ids.ts";
import { isRecord, readArray, readInteger, readOneOf, readString } from "../base/parse.ts";

export const PEER_COLORS = ["blue", "green", "orange", "pink", "purple", "teal", "red", "olive"] as const;
/** A colour by name; the page maps it to one with enough contrast in light and in dark. */
export type PeerColor = (typeof PEER_COLORS)[number];

export interface Presence {
  readonly peer: PeerId;
  readonly name: string;
  readonly color: PeerColor;
  /** The cell the peer is in. */
  readonly cell: CellId | undefined;
  /** Executions this peer runs or waits for. A run that began and that no peer shows is interrupted. */
  readonly running: readonly { readonly cell: CellId; readonly run: RunId }[];
  /** `documentDigest` of this peer's replica when it was last quiet; undefined while it changes. */
  readonly digest: string | undefined;
  /** Protocol abilities, such as `chunk1` (reassembles chunked WebRTC messages). */
  readonly capabilities: readonly string[];
  /** Yjs clients under which this device wrote in this notebook earlier, perhaps while nobody else was there to see. */
  readonly wrote: readonly number[];
}

export const NAME_LIMIT = 64;
const RUNNING_LIMIT = 1_000;
const DIGEST_LIMIT = 64;
const CAPABILITY_LIMIT = 16;
/** Sessions on a train before the network is back; each costs every peer ten bytes of presence. */
export const WROTE_LIMIT = 16;

/** Reads one awareness state; undefined for a peer that shows nothing we understand (a stock client, for one). */
export function parsePresence(state: unknown): Presence | undefined {
  if (!isRecord(state)) return undefined;
  const peer = PeerId.parse(state["peer"]);
  if (peer === undefined) return undefined;
  const user = isRecord(state["user"]) ? state["user"] : {};
  return {
    peer,
    name: cleanName(readString(user["name"], 1_000) ?? ""),
    color: readOneOf(user["colorName"], PEER_COLORS) ?? peerColor(peer),
    cell: CellId.parse(state["cell"]),
    running: readArray(state["running"], RUNNING_LIMIT, readRunning) ?? [],
    digest: readString(state["digest"], DIGEST_LIMIT),
    capabilities: readArray(state["capabilities"], CAPABILITY_LIMIT, (item) => readString(item, NAME_LIMIT)) ?? [],
    wrote: readArray(state["wrote"], WROTE_LIMIT, (item) => readInteger(item, 0, Number.MAX_SAFE_INTEGER)) ?? [],
  };
}

/** A name fit to show: control characters out, spaces folded, cut to the limit, never empty. */
export function cleanName(name: string): string {
  const clean = name
    .replace(/[\p{Cc}\p{Cf}]/gu, "")
    .replace(/\s+/g, " ")
    .trim();
  return [...clean].slice(0, NAME_LIMIT).join("") || "Guest";
}

/** The same colour for the same peer on every screen. */
export function peerColor(peer: PeerId): PeerColor {
  let sum = 0;
  for (const char of peer) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) >>> 0;
  return PEER_COLORS[sum % PEER_COLORS.length] ?? "blue";
}

function readRunning(value: unknown): { cell: CellId; run: RunId } | undefined {
  if (!isRecord(value)) return undefined;
  const cell = CellId.parse(value["cell"]);
  const run = RunId.parse(value["run"]);
  return cell === undefined || run === undefined ? undefined : { cell, run };
}

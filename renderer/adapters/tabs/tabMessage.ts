// What tabs of one browser say to one another about one notebook. All are pages of ours; still an older version may be
// among them, so what arrives is parsed.

import { isRecord, readInteger, readOneOf, readString } from "#shared/base/parse.ts";
import type { HubMode } from "#shared/contracts/host/sealedHub.ts";
import type { SourceKind, SourceStatus, SourceWarning } from "#shared/ports/DocSource.ts";

const TEXT_LIMIT = 1_000;
const ID_LIMIT = 64;
const PEERS_LIMIT = 100_000;
const KINDS = ["hub", "webrtc", "mqtt"] as const satisfies readonly SourceKind[];
const MODES = ["unknown", "plain", "sealed"] as const satisfies readonly HubMode[];
/** Networks that one tab holds for all. */
export type LedKind = (typeof KINDS)[number];

/** What the tab that holds a network says of it. `digest`: of the document that is held, if it is. */
export interface ToldStatus {
  readonly kind: LedKind;
  readonly status: SourceStatus;
  readonly digest: string | undefined;
}

/** Beside document and presence. */
export type TabWords =
  /** From the tab that leads to all: what the host says of who may do what, as the hub's frame. */
  | { readonly type: "access"; readonly frame: Uint8Array }
  /** To the tab that leads: what this device says to the host of it. */
  | { readonly type: "say"; readonly frame: Uint8Array }
  /** From the tab that leads: whether the host is blind. */
  | { readonly type: "mode"; readonly mode: HubMode }
  /** Whether the tab that leads still does anything; it answers at once. */
  | { readonly type: "ping" }
  | { readonly type: "pong" };

export type TabMessage = { readonly from: string } & (
  | { readonly type: "frame"; readonly to: string | undefined; readonly frame: Uint8Array }
  | { readonly type: "told"; readonly told: ToldStatus }
  | { readonly type: "words"; readonly words: TabWords }
);

export function parseTabMessage(value: unknown): TabMessage | undefined {
  if (!isRecord(value)) return undefined;
  const from = readString(value["from"], ID_LIMIT);
  if (from === undefined) return undefined;
  if (value["type"] === "told") {
    const told = parseTold(value["told"]);
    return told && { type: "told", from, told };
  }
  if (value["type"] === "words") {
    const words = parseWords(value["words"]);
    return words && { type: "words", from, words };
  }
  const { frame } = value;
  if (value["type"] !== "frame" || !(frame instanceof Uint8Array)) return undefined;
  return { type: "frame", from, to: readString(value["to"], ID_LIMIT), frame };
}

function parseWords(value: unknown): TabWords | undefined {
  if (!isRecord(value)) return undefined;
  const { type, frame } = value;
  switch (type) {
    case "ping":
    case "pong":
      return { type };
    case "access":
    case "say":
      return frame instanceof Uint8Array ? { type, frame } : undefined;
    case "mode": {
      const mode = readOneOf(value["mode"], MODES);
      return mode && { type, mode };
    }
    default:
      return undefined;
  }
}

function parseTold(value: unknown): ToldStatus | undefined {
  if (!isRecord(value)) return undefined;
  const kind = readOneOf(value["kind"], KINDS);
  const status = parseStatus(value["status"]);
  if (kind === undefined || status === undefined) return undefined;
  return { kind, status, digest: readString(value["digest"], ID_LIMIT) };
}

function parseStatus(value: unknown): SourceStatus | undefined {
  if (!isRecord(value)) return undefined;
  const reason = readString(value["reason"], TEXT_LIMIT);
  const code = readString(value["code"], TEXT_LIMIT);
  const message = readString(value["message"], TEXT_LIMIT);
  switch (value["state"]) {
    case "connecting":
      return { state: "connecting" };
    case "offline":
      if (reason === undefined) return undefined;
      return { state: "offline", reason, ...(value["refused"] === true && { refused: true }) };
    case "failed":
      return code === undefined || message === undefined ? undefined : { state: "failed", code, message };
    case "connected": {
      const peers = readInteger(value["peers"], 0, PEERS_LIMIT);
      const standby = value["standby"] === true;
      const warning = parseWarning(value["warning"]);
      // Whether it is held is for each tab to find out: its document may be ahead.
      return {
        state: "connected",
        held: false,
        ...(peers === undefined ? {} : { peers }),
        ...(standby && { standby }),
        ...(warning && { warning }),
      };
    }
    default:
      return undefined;
  }
}

function parseWarning(value: unknown): SourceWarning | undefined {
  if (!isRecord(value)) return undefined;
  const code = readString(value["code"], TEXT_LIMIT);
  const message = readString(value["message"], TEXT_LIMIT);
  return code === undefined || message === undefined ? undefined : { code, message };
}

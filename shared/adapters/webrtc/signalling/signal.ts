import { isRecord, readNumber, readString } from "../../../base/parse.ts";
import { SIGNALLING_MESSAGE_LIMIT } from "../../../contracts/host/hubProtocol.ts";

/** UTF-16 units of a peer id; y-webrtc uses a UUID. */
const PEER_LIMIT = 64;

/** What peers say to one another through signalling. Anything else (renegotiation, transceivers) is not for us. */
export type Signal =
  | { readonly type: "announce"; readonly from: string }
  | {
      readonly type: "signal";
      readonly from: string;
      readonly to: string;
      readonly kind: "offer" | "answer" | "candidate";
      /** Of two offers that crossed, the one with the larger token counts. */
      readonly token: number;
    };

/** Reads what signalling carried, opened; undefined if it is nothing y-webrtc should see. */
export function parseSignal(data: unknown): Signal | undefined {
  if (!isRecord(data)) return undefined;
  const from = readString(data["from"], PEER_LIMIT);
  if (from === undefined) return undefined;
  if (data["type"] === "announce") return { type: "announce", from };
  const to = readString(data["to"], PEER_LIMIT);
  const kind = readKind(data["signal"]);
  if (data["type"] !== "signal" || to === undefined || kind === undefined) return undefined;
  const token = data["token"] === undefined ? 0 : readNumber(data["token"], 0, Number.MAX_SAFE_INTEGER);
  return token === undefined ? undefined : { type: "signal", from, to, kind, token };
}

function readKind(signal: unknown): "offer" | "answer" | "candidate" | undefined {
  if (!isRecord(signal)) return undefined;
  const type = signal["type"];
  if (type === "candidate") return isRecord(signal["candidate"]) ? "candidate" : undefined;
  if (type !== "offer" && type !== "answer") return undefined;
  return readString(signal["sdp"], SIGNALLING_MESSAGE_LIMIT) === undefined ? undefined : type;
}

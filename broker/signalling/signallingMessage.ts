// The signalling protocol of y-webrtc: JSON over a WebSocket. Clients subscribe to topics (room names) and publish to
// them; `data` belongs to the clients and may be encrypted, so the server reads of it only what it needs to deliver.

import { isRecord, readArray, readString } from "#shared/base/parse.ts";
import { parseJson } from "#shared/base/parseJson.ts";

/** UTF-16 units of a topic. Ours are 22 characters; stock clients use the room's name. */
const TOPIC_LIMIT = 256;
/** Topics in one message: a stock client subscribes to all its rooms at once when it connects. */
const TOPICS_LIMIT = 256;
/** UTF-16 units of a peer id: a stock client uses a UUID. */
const PEER_LIMIT = 64;

export type SignallingMessage =
  | { readonly type: "subscribe"; readonly topics: readonly string[] }
  | { readonly type: "unsubscribe"; readonly topics: readonly string[] }
  | { readonly type: "publish"; readonly topic: string; readonly data: unknown }
  | { readonly type: "ping" };

/** Who published, and for whom it is meant, as far as the data can be read. */
export interface Addressing {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Undefined if the text is no message of the protocol. */
export function parseSignallingMessage(text: string): SignallingMessage | undefined {
  const message = parseJson(text);
  if (!isRecord(message)) return undefined;
  switch (message["type"]) {
    case "subscribe":
    case "unsubscribe": {
      const topics = readArray(message["topics"], TOPICS_LIMIT, readTopic);
      return topics && { type: message["type"], topics };
    }
    case "publish": {
      const topic = readTopic(message["topic"]);
      return topic === undefined ? undefined : { type: "publish", topic, data: message["data"] };
    }
    case "ping":
      return { type: "ping" };
    default:
      return undefined;
  }
}

export function readAddressing(data: unknown): Addressing {
  if (!isRecord(data)) return { from: undefined, to: undefined };
  const to = data["type"] === "signal" ? readString(data["to"], PEER_LIMIT) : undefined;
  return { from: readString(data["from"], PEER_LIMIT), to };
}

function readTopic(value: unknown): string | undefined {
  return readString(value, TOPIC_LIMIT);
}

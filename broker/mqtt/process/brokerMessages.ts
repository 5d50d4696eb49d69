// What the broker process tells the host that started it, over Node's IPC channel. The host tells nothing: closing the
// channel ends the process, so that none is left behind even when the host is killed.

import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { parseBrokerCounts, type BrokerCounts } from "../brokerCounts.ts";

export type BrokerMessage =
  | { readonly type: "listening"; readonly port: number }
  /** A message has just gone through the whole broker; and what it counted so far. */
  | { readonly type: "alive"; readonly counts: BrokerCounts | undefined }
  /** It cannot listen; the process ends. */
  | { readonly type: "failed"; readonly code: string; readonly message: string };

const TEXT_LIMIT = 1000;

/** Undefined for whatever is not one of our messages. */
export function parseBrokerMessage(value: unknown): BrokerMessage | undefined {
  if (!isRecord(value)) return undefined;
  switch (value["type"]) {
    case "listening": {
      const port = readInteger(value["port"], 1, 65_535);
      return port === undefined ? undefined : { type: "listening", port };
    }
    case "alive":
      return { type: "alive", counts: parseBrokerCounts(value["counts"]) };
    case "failed":
      return {
        type: "failed",
        code: readString(value["code"], TEXT_LIMIT) ?? "",
        message: readString(value["message"], TEXT_LIMIT) ?? "",
      };
    default:
      return undefined;
  }
}

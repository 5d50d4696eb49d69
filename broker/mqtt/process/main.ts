// Entry of the broker process: `node broker.mjs --host 127.0.0.1 --port 0`, started by the class host with an IPC channel.

import { parseArgs } from "node:util";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { messageOf } from "#shared/base/errors.ts";
import { isRecord } from "#shared/base/parse.ts";
import { lineLogger } from "../../process/lineLogger.ts";
import type { BrokerMessage } from "./brokerMessages.ts";
import { createBroker } from "../createBroker.ts";
import { readRealmKeys, REALM_KEYS } from "../realmKey.ts";

/** Milliseconds between two messages that the broker sends to itself. */
const PING_INTERVAL = 1000;

/** A host that is gone hears nothing; this process ends with it, see below. */
const tell = (message: BrokerMessage): void => {
  process.send?.(message, undefined, undefined, () => {});
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { host: { type: "string", default: "127.0.0.1" }, port: { type: "string", default: "0" } },
  });
  process.once("disconnect", () => process.exit(0));
  // Ctrl-C and a service manager's stop reach every process of the group; the host ends this one after its goodbyes.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const logger = lineLogger("broker");
  try {
    const realmKeys = readRealmKeys(process.env[REALM_KEYS] ?? "");
    const place = { host: values.host, port: Number(values.port) };
    const broker = await createBroker({ ...place, realmKeys, clock: systemClock, logger });
    tell({ type: "listening", port: broker.port });
    setInterval(() => broker.ping(() => tell({ type: "alive", counts: broker.counts() })), PING_INTERVAL);
  } catch (error) {
    const code = isRecord(error) && typeof error["code"] === "string" ? error["code"] : "";
    const failed: BrokerMessage = { type: "failed", code, message: messageOf(error) };
    process.send?.(failed, undefined, undefined, () => process.exit(1));
  }
}

await main();

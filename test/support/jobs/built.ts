import { join } from "node:path";

const dist = join(import.meta.dirname, "../../../dist");

/** What `node workers/cli/build.mjs node` builds; `npm test` does that before it runs tests. */
export const agentScript = join(dist, "node/agent.mjs");
export const brokerScript = join(dist, "node/broker.mjs");
export const slotFolder = join(dist, "slot");

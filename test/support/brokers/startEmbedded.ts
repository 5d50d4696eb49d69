import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { BacklogLimits } from "../../../broker/mqtt/Backlogs.ts";
import { createBroker } from "../../../broker/mqtt/createBroker.ts";
import { pipeToBroker } from "../../../broker/mqtt/process/pipeToBroker.ts";
import type { RunningBroker } from "./startMosquitto.ts";

/** The class host's broker in this process, over TCP and, as the host does it, over WebSocket. */
export async function startEmbedded(backlogs?: BacklogLimits): Promise<RunningBroker> {
  const host = "127.0.0.1";
  const place = { host, port: 0, realmKeys: [], ...(backlogs === undefined ? {} : { backlogs }) };
  const broker = await createBroker({ ...place, clock: systemClock, logger: silentLogger });
  const http = createServer();
  const webSockets = new WebSocketServer({ server: http, path: "/mqtt", perMessageDeflate: false });
  webSockets.on("connection", (socket) => pipeToBroker(socket, { host, port: broker.port }, silentLogger));
  await new Promise<void>((done) => http.listen(0, host, done));
  return {
    port: broker.port,
    webSocketPort: (http.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of webSockets.clients) socket.terminate();
      http.close();
      await broker.close();
    },
  };
}

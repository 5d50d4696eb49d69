import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { Aedes } from "aedes";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { RunningBroker } from "./startMosquitto.ts";

/** The embedded broker's engine with its hardened settings, in this process, over TCP and WebSocket. */
export async function startAedes(): Promise<RunningBroker> {
  const aedes = await Aedes.createBroker({ drainTimeout: 1_500, concurrency: 10_000, connectTimeout: 10_000 });
  const sockets = new Set<Socket>();
  const tcp = createServer({ noDelay: true }, (socket) => aedes.handle(socket));
  tcp.on("connection", (socket) => sockets.add(socket));
  const http = createHttpServer();
  http.on("connection", (socket: Socket) => sockets.add(socket));
  const webSockets = new WebSocketServer({ server: http, path: "/mqtt", perMessageDeflate: false });
  webSockets.on("connection", (socket) => {
    const stream = createWebSocketStream(socket);
    stream.on("error", () => {});
    aedes.handle(stream);
  });
  await Promise.all([tcp, http].map((server) => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))));
  return {
    port: (tcp.address() as AddressInfo).port,
    webSocketPort: (http.address() as AddressInfo).port,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await Promise.all([tcp, http].map((server) => new Promise((done) => server.close(done))));
      await new Promise<void>((done) => aedes.close(() => done()));
    },
  };
}

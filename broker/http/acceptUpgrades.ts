import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { RoomId } from "#shared/base/ids.ts";
import {
  AUTH_QUERY,
  HELD_QUERY,
  HUB_FRAME_LIMIT,
  HUB_PATH,
  MQTT_PATH,
  SIGNALLING_MESSAGE_LIMIT,
  SIGNALLING_PATH,
} from "#shared/contracts/host/hubProtocol.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { HUB_PLAIN, type HUB_SEALED } from "#shared/contracts/host/sealedHub.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { WebSocketServer, type WebSocket } from "ws";
import type { HubClient } from "../sync/HubConnection.ts";
import { ownHostNames } from "./hostNames.ts";
import { isHostAllowed, isOriginAllowed, requestUrl } from "./requestGuard.ts";

/** Largest WebSocket message of MQTT: what a client's library joins into one, not one MQTT packet. */
const MQTT_MESSAGE_LIMIT = 1024 * 1024;
const MQTT_SUBPROTOCOL = "mqtt";

/** What takes the WebSockets of each endpoint. Without `hub`, the host only introduces peers to one another. */
export interface SocketTakers {
  readonly hub: ((socket: WebSocket, room: RoomId, client: HubClient) => void) | undefined;
  /** What the hub speaks with clients that offer a choice. */
  readonly hubProtocol?: typeof HUB_PLAIN | typeof HUB_SEALED;
  readonly signalling: (socket: WebSocket) => void;
  /** Undefined where pages go to a broker elsewhere. */
  readonly mqtt: ((socket: WebSocket) => void) | undefined;
}

export interface UpgradeWatch {
  /** Names of this host beside those that the computer knows of. */
  readonly names?: () => ReadonlySet<string>;
  readonly onRefused?: () => void;
}

/** An http server, with TLS or without. */
interface Upgradable {
  on(event: "upgrade", listener: (request: IncomingMessage, socket: Duplex, head: Buffer) => void): unknown;
}

interface Target {
  readonly server: WebSocketServer;
  readonly take: (socket: WebSocket) => void;
}

/** How long a WebSocket may take to answer our goodbye before it is cut. */
const GOODBYE_GRACE: Milliseconds = ms(500);
const CLOSE_GOING_AWAY = 1001;

/**
 * Takes WebSockets on the paths of the host, after checking Host, Origin and path; refuses all others. Returns what
 * closes those that are open.
 */
export function acceptUpgrades(
  server: Upgradable,
  takers: SocketTakers,
  logger: Logger,
  { names = ownHostNames, onRefused }: UpgradeWatch = {},
): () => Promise<void> {
  // Compression would cost memory per socket, and what goes through here is small or dense.
  const create = (maxPayload: number): WebSocketServer =>
    new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload });
  const spoken = takers.hubProtocol ?? HUB_PLAIN;
  const servers = {
    hub: new WebSocketServer({
      ...{ noServer: true, perMessageDeflate: false, maxPayload: HUB_FRAME_LIMIT },
      handleProtocols: (offered) => (offered.has(spoken) ? spoken : false),
    }),
    signalling: create(SIGNALLING_MESSAGE_LIMIT),
    mqtt: new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload: MQTT_MESSAGE_LIMIT,
      handleProtocols: (offered) => (offered.has(MQTT_SUBPROTOCOL) ? MQTT_SUBPROTOCOL : false),
    }),
  };
  const open = new Set<WebSocket>();
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const { host } = request.headers;
    const target = isHostAllowed(host, names) ? findTarget(request, takers, servers) : 421;
    if (typeof target === "number") {
      onRefused?.();
      logger.warn("a WebSocket was refused", { status: target, origin: request.headers.origin });
      refuse(socket, target);
      return;
    }
    target.server.handleUpgrade(request, socket, head, (webSocket) => {
      open.add(webSocket);
      webSocket.once("close", () => open.delete(webSocket));
      target.take(webSocket);
    });
  });
  return () => closeAll(open);
}

async function closeAll(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const closed = [...sockets].map((socket) => {
    socket.close(CLOSE_GOING_AWAY, "the class host stops");
    return new Promise((resolve) => socket.once("close", resolve));
  });
  const cut = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, GOODBYE_GRACE);
  await Promise.all(closed);
  clearTimeout(cut);
}

/** The endpoint asked for, or the status with which the request is refused. */
function findTarget(
  request: IncomingMessage,
  takers: SocketTakers,
  servers: Readonly<Record<"hub" | "signalling" | "mqtt", WebSocketServer>>,
): Target | number {
  const { host, origin } = request.headers;
  if (!isOriginAllowed(origin, host)) return 403;
  const url = requestUrl(request);
  if (url === undefined) return 400;
  if (url.pathname === SIGNALLING_PATH) return { server: servers.signalling, take: takers.signalling };
  const { hub, mqtt } = takers;
  if (url.pathname === MQTT_PATH && mqtt !== undefined) return { server: servers.mqtt, take: mqtt };
  if (hub === undefined || !url.pathname.startsWith(HUB_PATH)) return 404;
  const room = RoomId.parse(url.pathname.slice(HUB_PATH.length));
  if (room === undefined) return 400;
  const client = {
    wantsHeld: url.searchParams.get(HELD_QUERY) === "1",
    hostName: url.searchParams.get(AUTH_QUERY) === "1" ? host : undefined,
  };
  return { server: servers.hub, take: (socket) => hub(socket, room, client) };
}

function refuse(socket: Duplex, status: number): void {
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

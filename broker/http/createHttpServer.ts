import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer, Server as SecureServer } from "node:https";
import { FINISHED_PATH } from "#shared/contracts/host/finishedRoute.ts";
import { HISTORY_PATH } from "#shared/contracts/host/historyRoute.ts";
import { BLOBS_PATH, HOST_INFO_PATH, SEALED_BLOBS_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { DESKTOP_ORIGIN } from "#shared/contracts/host/pageHeaders.ts";
import { WHEELS_PATH } from "#shared/contracts/kernel/wheels.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { TRACES_PATH } from "#shared/telemetry/readOtlp.ts";
import type { HostTls } from "../tls/HostTls.ts";
import type { BlobRoute } from "./routes/blobRoute.ts";
import type { FinishedRoute } from "./routes/finishedRoute.ts";
import type { HistoryRoute } from "./routes/historyRoute.ts";
import { METRICS_PATH, type MetricsRoute } from "./routes/metricsRoute.ts";
import type { TracesRoute } from "./routes/tracesRoute.ts";
import { ownHostNames } from "./hostNames.ts";
import { isHostAllowed, isOriginAllowed, requestUrl } from "./requestGuard.ts";
import { SecurePages } from "./SecurePages.ts";
import { sendText } from "./sendText.ts";
import type { StaticFiles } from "./StaticFiles.ts";
import type { WheelFolder } from "./routes/WheelFolder.ts";

/** Sockets at a time: a class of 30 with a dozen each, many times over. */
const CONNECTIONS_LIMIT = 5000;

export interface HttpParts {
  readonly files: StaticFiles;
  readonly blobs: BlobRoute;
  /** Undefined where nothing reads documents. */
  readonly history: HistoryRoute | undefined;
  /** Undefined where nothing reads documents. */
  readonly finished?: FinishedRoute | undefined;
  /** Undefined where no packages are offered. */
  readonly wheels?: WheelFolder | undefined;
  /** Undefined where nothing is counted. */
  readonly metrics?: MetricsRoute | undefined;
  /** Undefined where no collector of spans is known. */
  readonly traces?: TracesRoute | undefined;
  /** Asked at each request: the broker's port is known late. */
  readonly hostInfo: () => HostInfo;
  /** Undefined for plain http. */
  readonly tls?: HostTls | undefined;
  /** Names of this host beside those that the computer knows of. */
  readonly names?: () => ReadonlySet<string>;
  readonly logger: Logger;
}

export type WebServer = Server | SecureServer;

/** The host's http half. WebSockets are taken from its `upgrade` event (see `acceptUpgrades`). */
export function createHttpServer(parts: HttpParts): WebServer {
  const secure = new SecurePages(parts.tls);
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    route({ ...parts, secure }, request, response).catch((error: unknown) => {
      parts.logger.error("a request failed", { method: request.method, error });
      if (response.headersSent) response.destroy();
      else sendText(response, 500, "the class host failed to answer; see its log");
    });
  };
  const { tls } = parts;
  const server = tls === undefined ? createServer(answer) : createSecureServer(tls.credentials, answer);
  if (server instanceof SecureServer) tls?.serve(server);
  server.maxConnections = CONNECTIONS_LIMIT;
  return server;
}

type RouteParts = HttpParts & { readonly secure: SecurePages };

async function route(parts: RouteParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = pathOf(request);
  const refusal = refusalOf(request, path, parts.names ?? ownHostNames);
  if (path === undefined || refusal !== undefined) {
    sendText(response, ...(refusal ?? MALFORMED));
    return;
  }
  const forDesktop = request.headers.origin === DESKTOP_ORIGIN && isApi(path);
  if (forDesktop) allowDesktop(response);
  if (forDesktop && request.method === "OPTIONS") response.writeHead(204).end();
  else if (isBlob(path)) await parts.blobs.handle(path, request, response);
  else if (path.startsWith(HISTORY_PATH)) {
    if (parts.history === undefined) sendText(response, 404, "a blind host keeps no history");
    else await parts.history.handle(path, request, response);
  } else if (path.startsWith(FINISHED_PATH) && parts.finished !== undefined) {
    await parts.finished.handle(path, request, response);
  } else if (request.method === "POST" && path === TRACES_PATH && parts.traces !== undefined) {
    await parts.traces.handle(request, response);
  } else if (request.method !== "GET" && request.method !== "HEAD") sendText(response, 405, "only GET and HEAD");
  else if (path.startsWith(WHEELS_PATH)) {
    if (parts.wheels === undefined) sendText(response, 404, "this host offers no packages (meshbook serve --wheels)");
    else await parts.wheels.handle(path, request.method, response);
  } else if (path === METRICS_PATH && parts.metrics !== undefined) await parts.metrics.handle(request, response);
  else if (path === HOST_INFO_PATH) sendHostInfo(parts.hostInfo(), response);
  else if (parts.secure.serve(path, request, response)) return;
  else if (!(await parts.files.serve(path, request, response))) sendText(response, 404, "no such page");
}

type Refusal = readonly [status: number, text: string];

const MALFORMED: Refusal = [400, "malformed address"];

/** What is wrong with a request before it is looked at where it goes. */
function refusalOf(
  request: IncomingMessage,
  path: string | undefined,
  names: () => ReadonlySet<string>,
): Refusal | undefined {
  const { host, origin } = request.headers;
  if (!isHostAllowed(host, names)) return [421, "this host has another name"];
  if (path === undefined) return MALFORMED;
  const isUpload =
    (request.method === "PUT" && isBlob(path)) ||
    (request.method === "POST" && (path.startsWith(HISTORY_PATH) || path === TRACES_PATH));
  return isUpload && !isOriginAllowed(origin, host) ? [403, "uploads come from the app's own page"] : undefined;
}

const isBlob = (path: string): boolean => path.startsWith(BLOBS_PATH) || path.startsWith(SEALED_BLOBS_PATH);
const isApi = (path: string): boolean =>
  isBlob(path) ||
  [HISTORY_PATH, WHEELS_PATH].some((api) => path.startsWith(api)) ||
  path === HOST_INFO_PATH ||
  path === TRACES_PATH;

function pathOf(request: IncomingMessage): string | undefined {
  try {
    const url = requestUrl(request);
    return url && decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
}

/** The desktop app's page has an origin of its own and asks across origins. */
function allowDesktop(response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", DESKTOP_ORIGIN);
  response.setHeader("Access-Control-Allow-Methods", "GET, HEAD, PUT, POST");
  response.setHeader("Access-Control-Allow-Headers", "Content-Type");
  response.setHeader("Vary", "Origin");
}

function sendHostInfo(info: HostInfo, response: ServerResponse): void {
  response.writeHead(200, {
    "Content-Type": "application/json; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
  });
  response.end(JSON.stringify(info));
}

// The class host: a replica that stays, a meeting place for pages and agents, and the broker that carries their jobs.
// This file only puts the parts together; each part is in a folder of its own.

import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { classMark } from "#shared/rooms/classMark.ts";
import { HUB_PLAIN, HUB_SEALED } from "#shared/contracts/host/sealedHub.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Tracer } from "#shared/ports/Tracer.ts";
import type { SpanExporter } from "#shared/telemetry/SpanExporter.ts";
import type { ToldBroker } from "#shared/rooms/brokerAccess.ts";
import { openControl } from "./control/openControl.ts";
import { openDataFolder, type DataFolder } from "./dataFolder.ts";
import { addressForOthers, hostAddresses, type HostAddresses } from "./hostAddresses.ts";
import { HostStartError } from "./HostStartError.ts";
import { explainListening } from "./explainStart.ts";
import { acceptUpgrades } from "./http/acceptUpgrades.ts";
import { BlobRoute } from "./http/routes/blobRoute.ts";
import { createHttpServer, type WebServer } from "./http/createHttpServer.ts";
import { ownHostNames } from "./http/hostNames.ts";
import { FinishedRoute } from "./http/routes/finishedRoute.ts";
import { HistoryRoute } from "./http/routes/historyRoute.ts";
import { TracesRoute } from "./http/routes/tracesRoute.ts";
import { MetricsRoute, type MetricsAccess } from "./http/routes/metricsRoute.ts";
import { StaticFiles } from "./http/StaticFiles.ts";
import { WheelFolder } from "./http/routes/WheelFolder.ts";
import { HostMetrics } from "./metrics/HostMetrics.ts";
import { openHostBroker, type HostBroker } from "./mqtt/hostBroker.ts";
import { pipeToBroker } from "./mqtt/process/pipeToBroker.ts";
import { AgentProcess } from "./process/AgentProcess.ts";
import { Signalling } from "./signalling/Signalling.ts";
import { AccessFiles } from "./sync/access/AccessFiles.ts";
import { openBlindStores } from "./stores/openBlindStores.ts";
import { openSeeingStores } from "./stores/openSeeingStores.ts";
import type { HostIdentity, HostStores } from "./stores/HostStores.ts";
import { roleOfEverybody } from "./sync/access/roleOfEverybody.ts";
import { SyncHub } from "./sync/SyncHub.ts";
import type { HostTls, TlsWish } from "./tls/HostTls.ts";
import { openTls, ownCertificateFile } from "./tls/openTls.ts";

export interface ClassHostOptions {
  /** Where everything is kept. */
  readonly data: string;
  /** The folder of the build: `web`, `node`. */
  readonly dist: string;
  readonly version: string;
  /** Address to listen on; loopback unless the class is to be reached from other computers. */
  readonly host: string;
  /** TCP ports; 0 = any free one. */
  readonly port: number;
  readonly mqttPort: number;
  /** Somebody else's broker, in place of the host's own. */
  readonly outsideBroker?: (() => ToldBroker) | undefined;
  /** Name of the class; undefined keeps the one it has. */
  readonly name: string | undefined;
  /** Undefined for plain http. */
  readonly tls?: TlsWish | undefined;
  readonly withAgent: boolean;
  /** Without the hub the host only introduces peers, who then must reach one another. */
  readonly withHub: boolean;
  /** Store and pass on only what members have sealed. */
  readonly blind: boolean;
  /** Folder of packages of Python that the class is offered. */
  readonly wheels?: string | undefined;
  /** Who may read `/metrics`; undefined: this computer. */
  readonly metrics?: MetricsAccess | undefined;
  /** Where spans of the host and of its pages go; undefined: nothing is recorded. A blind host records nothing. */
  readonly telemetry?: { readonly host: Tracer; readonly pages: Pick<SpanExporter, "take"> } | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Close = () => Promise<void>;

export class ClassHost {
  readonly identity: HostIdentity;
  readonly addresses: HostAddresses;
  /** Undefined on plain http. */
  readonly tls: HostTls | undefined;
  readonly #closers: readonly Close[];

  private constructor({ identity, addresses, tls }: Started, closers: readonly Close[]) {
    this.identity = identity;
    this.addresses = addresses;
    this.tls = tls;
    this.#closers = closers;
  }

  /** Resolves when everything but the agent is ready. @throws HostStartError in words for the one who started it */
  static async start(options: ClassHostOptions): Promise<ClassHost> {
    const closers: Close[] = [];
    try {
      return new ClassHost(await start(options, closers), closers);
    } catch (error) {
      await closeAll(closers, options.logger);
      throw error;
    }
  }

  /** Ends the children and every connection; resolves when everything is saved. */
  stop(logger: Logger): Promise<void> {
    return closeAll(this.#closers, logger);
  }
}

/** What was opened last is closed first. One that fails does not keep the others open. */
async function closeAll(closers: readonly Close[], logger: Logger): Promise<void> {
  for (const close of [...closers].reverse()) {
    await close().catch((error: unknown) => logger.error("a part of the host did not stop cleanly", { error }));
  }
}

interface Started {
  readonly identity: HostIdentity;
  readonly addresses: HostAddresses;
  readonly tls: HostTls | undefined;
}

async function start(options: ClassHostOptions, closers: Close[]): Promise<Started> {
  const { dist, clock, logger } = options;
  const host = options.host === "localhost" ? "127.0.0.1" : options.host;
  if (!existsSync(join(dist, "web/index.html"))) {
    throw new HostStartError("the web app is not built: run `npm run build`");
  }
  const folder = await openDataFolder(options.data);
  const stores = await (options.blind ? openBlindStores : openSeeingStores)(folder, options, closers);
  const { identity, databases } = stores;
  const tls = await openTls({ root: folder.root, wish: options.tls, clock, logger });
  closers.push(() => Promise.resolve(tls?.close()));
  const broker = await openHostBroker({ ...options, host }, { tls, room: identity.class }, closers);
  const info = {
    ...{ name: identity.name, version: options.version },
    ...{ mqttPort: broker.publicPort, mqttTls: tls !== undefined },
    ...(options.blind ? { blind: true } : options.telemetry && { traces: true }),
    ...(identity.class === undefined ? {} : { classMark: classMark(identity.class) }),
  };
  const port = await serve({ ...options, host }, { stores, broker, tls, folder, info }, closers);
  const addresses = hostAddresses(identity.class, {
    ...{ host, port, mqttPort: broker.publicPort },
    ...{ secure: tls !== undefined, name: tls?.givenName, broker: broker.outside?.shown },
  });
  const { origin } = new URL(addresses.url);
  closers.push(await openControl({ root: folder.root, databases, origin, mqttPort: broker.publicPort, logger }));
  // The class of a blind host is not known to it, so none of its agents can be in it.
  if (options.withAgent && !options.blind)
    startAgent(options, { folder, classLink: addresses.url, broker, tls }, closers);
  return { identity, addresses, tls };
}

interface Parts {
  readonly stores: HostStores;
  readonly broker: HostBroker;
  readonly tls: HostTls | undefined;
  readonly folder: DataFolder;
  readonly info: Omit<HostInfo, "address">;
}

/** Starts the http server with all its endpoints; returns its port. */
async function serve(options: ClassHostOptions, parts: Parts, closers: Close[]): Promise<number> {
  const { dist, host, port, clock, logger } = options;
  const accessFiles = await AccessFiles.open(parts.folder.access);
  const { stores, tls } = parts;
  const { inside, outside } = parts.broker;
  const telemetry = options.blind ? undefined : options.telemetry;
  const hub = new SyncHub({ ...stores.documents, accessFiles, clock, logger });
  const signalling = new Signalling(clock, logger);
  const names = (): ReadonlySet<string> => new Set([...ownHostNames(), ...(tls?.extraNames ?? [])]);
  const scheme = tls === undefined ? "http" : "https";
  const metrics = openMetrics(options, parts, hub);
  // Known once it listens, which is before anybody can ask.
  let actual = port;
  const server = createHttpServer({
    files: new StaticFiles(join(dist, "web")),
    blobs: new BlobRoute(stores.blobs, options.blind),
    history: openHistory(stores, accessFiles, options),
    wheels: options.wheels === undefined ? undefined : new WheelFolder(options.wheels, logger),
    finished:
      options.withHub && !options.blind ? new FinishedRoute(hub, stores.blobs, clock, telemetry?.host) : undefined,
    traces: telemetry && new TracesRoute(telemetry.pages.take, clock),
    metrics: new MetricsRoute(options.metrics ?? "this computer", metrics.measure),
    hostInfo: () => ({
      ...(outside && { broker: outside.told() }),
      ...{ ...parts.info, now: clock.now() },
      address: `${scheme}://${tls?.givenName ?? addressForOthers(host)}:${actual}`,
    }),
    tls,
    names,
    logger,
  });
  const closeSockets = acceptUpgrades(
    server,
    {
      hub: options.withHub ? (socket, room, client) => hub.accept(socket, room, client) : undefined,
      hubProtocol: options.blind ? HUB_SEALED : HUB_PLAIN,
      signalling: (socket) => signalling.accept(socket),
      mqtt: inside && ((socket) => pipeToBroker(socket, inside, logger)),
    },
    logger,
    { names, onRefused: metrics.refusedSocket },
  );
  metrics.watch(server);
  actual = await listen(server, { host, port }).catch((error: unknown) =>
    explainListening(error, { host, port, option: "--port" }),
  );
  closers.push(() => closeServer(server, hub, closeSockets));
  return actual;
}

async function closeServer(server: WebServer, hub: SyncHub, closeSockets: Close): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  await closeSockets();
  await hub.close();
  server.closeAllConnections();
  await closed;
}

function openHistory(
  { histories }: HostStores,
  files: AccessFiles,
  { clock, logger }: ClassHostOptions,
): HistoryRoute | undefined {
  return histories && new HistoryRoute(histories, clock, (room) => roleOfEverybody(files, room, logger));
}

function openMetrics(options: ClassHostOptions, { stores, broker, tls, folder }: Parts, hub: SyncHub): HostMetrics {
  const { archive, sealed, history, blobs, notebooks } = folder;
  return new HostMetrics({
    ...{ version: options.version, secure: tls !== undefined, hub, mqtt: broker.counts, clock: options.clock },
    storage: { folders: { archive, sealed, history, blobs, notebooks }, counts: stores.counts },
  });
}

function listen(server: WebServer, { host, port }: { readonly host: string; readonly port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      // reason: a listening TCP server has an address with a port; only pipes have a name.
      resolve((server.address() as AddressInfo).port);
    });
  });
}

interface AgentPlace {
  readonly folder: DataFolder;
  readonly classLink: string;
  readonly broker: HostBroker;
  readonly tls: HostTls | undefined;
}

function startAgent(options: ClassHostOptions, place: AgentPlace, closers: Close[]): void {
  const { clock, logger } = options;
  const script = join(options.dist, "node/agent.mjs");
  if (!existsSync(script)) {
    logger.warn("this build has no agent; cells run only in pages and on agents elsewhere");
    return;
  }
  const agent = new AgentProcess({
    script,
    classLink: place.classLink,
    brokerUrl: place.broker.agentUrl,
    trust: place.tls?.isOwn === true ? ownCertificateFile(place.folder.root) : undefined,
    folder: place.folder.agent,
    name: hostname(),
    clock,
    logger,
  });
  agent.start();
  closers.push(() => agent.stop());
}

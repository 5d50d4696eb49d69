// The class host: a replica that stays, a meeting place for pages and agents, and the broker that carries their jobs.
// This file only puts the parts together; each part is in a folder of its own.

import { existsSync } from "node:fs";
import { hostname } from "node:os";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import type { HostInfo } from "#shared/contracts/hubProtocol.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { Archive } from "./archive/Archive.ts";
import { BlobCollector } from "./blobs/BlobCollector.ts";
import { openClass, type ClassIdentity } from "./classFile.ts";
import { openControl } from "./control/openControl.ts";
import { openDataFolder, type DataFolder } from "./dataFolder.ts";
import { addressForOthers, bracketed, hostAddresses, localAddress, type HostAddresses } from "./hostAddresses.ts";
import type { ThreadJob, ThreadReply } from "./exports/exporterMessages.ts";
import { ExporterThread } from "./exports/ExporterThread.ts";
import { NotebookExports } from "./exports/NotebookExports.ts";
import { LevelHistoryStore } from "./history/LevelHistoryStore.ts";
import { RoomHistories } from "./history/RoomHistories.ts";
import { HostStartError } from "./HostStartError.ts";
import { explainListening, explainStorage } from "./explainStart.ts";
import { acceptUpgrades } from "./http/acceptUpgrades.ts";
import { BlobFiles } from "./http/BlobFiles.ts";
import { BlobRoute } from "./http/blobRoute.ts";
import { createHttpServer, type WebServer } from "./http/createHttpServer.ts";
import { ownHostNames } from "./http/hostNames.ts";
import { HistoryRoute } from "./http/historyRoute.ts";
import { StaticFiles } from "./http/StaticFiles.ts";
import { BrokerProcess } from "./mqtt/BrokerProcess.ts";
import { pipeToBroker, type BrokerAddress } from "./mqtt/pipeToBroker.ts";
import { AgentProcess } from "./process/AgentProcess.ts";
import { Signalling } from "./signalling/Signalling.ts";
import { AccessFiles } from "./sync/access/AccessFiles.ts";
import { roleOfEverybody } from "./sync/access/roleOfEverybody.ts";
import { SyncHub } from "./sync/SyncHub.ts";
import type { HostTls, TlsWish } from "./tls/HostTls.ts";
import { openTls, openTlsFront, ownCertificateFile } from "./tls/openTls.ts";

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
  /** Name of the class; undefined keeps the one it has. */
  readonly name: string | undefined;
  /** Undefined for plain http. */
  readonly tls?: TlsWish | undefined;
  readonly withAgent: boolean;
  /** Without the hub the host only introduces peers, who then must reach one another. */
  readonly withHub: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
}

type Close = () => Promise<void>;

export class ClassHost {
  readonly identity: ClassIdentity;
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
  readonly identity: ClassIdentity;
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
  const archive = await Archive.open({ folder: folder.archive, clock, logger }).catch(explainStorage);
  closers.push(() => archive.close());
  const exports = await openExports(folder, archive, options);
  closers.push(() => exports.close());
  const history = await openHistory(folder, options, closers);
  const identity = await openClass(folder.root, options.name);
  const tls = await openTls({ root: folder.root, wish: options.tls, clock, logger });
  closers.push(() => Promise.resolve(tls?.close()));
  const broker = await startBroker({ ...options, host }, tls, closers);
  const info = {
    ...{ name: identity.name, version: options.version },
    ...{ mqttPort: broker.publicPort, mqttTls: tls !== undefined },
  };
  const blobs = await openBlobs(folder, { archive, exports, history: history.store }, { options, closers });
  const port = await serve(
    { ...options, host },
    { archive, blobs, histories: history.rooms, broker, tls, folder, info },
    closers,
  );
  const addresses = hostAddresses(identity, {
    ...{ host, port, mqttPort: broker.publicPort },
    ...{ secure: tls !== undefined, name: tls?.givenName },
  });
  const databases = { archive, history: history.store };
  const { origin } = new URL(addresses.url);
  closers.push(await openControl({ root: folder.root, databases, origin, mqttPort: broker.publicPort, logger }));
  if (options.withAgent) startAgent(options, { folder, classLink: addresses.url, broker, tls }, closers);
  return { identity, addresses, tls };
}

/** The broker, and where it is reached: by others, who come over TLS if there is any, and from within this computer. */
interface RunningBroker {
  readonly publicPort: number;
  readonly inside: BrokerAddress;
}

async function startBroker(
  { dist, host, mqttPort, clock, logger }: ClassHostOptions,
  tls: HostTls | undefined,
  closers: Close[],
): Promise<RunningBroker> {
  const script = join(dist, "node/broker.mjs");
  // Behind TLS it is reached on loopback alone.
  const place = tls === undefined ? { host, port: mqttPort } : { host: "127.0.0.1", port: 0 };
  const broker = await BrokerProcess.start({ script, ...place, clock, logger }).catch((error: unknown) =>
    explainListening(error, { ...place, option: "--mqtt-port" }),
  );
  closers.push(() => broker.stop());
  const inside = { host: localAddress(place.host), port: broker.port };
  if (tls === undefined) return { publicPort: broker.port, inside };
  const front = await openTlsFront({ tls, host, port: mqttPort, broker: inside, logger });
  closers.push(() => front.close());
  return { publicPort: front.port, inside };
}

function openExports(folder: DataFolder, archive: Archive, options: ClassHostOptions): Promise<NotebookExports> {
  const { dist, clock, logger } = options;
  const script = join(dist, "node/exporter.mjs");
  const { notebooks, blobs } = folder;
  return NotebookExports.start({ archive, folder: notebooks, blobs, script, clock, logger }).catch((error: unknown) => {
    throw new HostStartError(`cannot write notebooks to ${notebooks}: check its permissions`, { cause: error });
  });
}

async function openHistory(
  folder: DataFolder,
  { clock, logger }: ClassHostOptions,
  closers: Close[],
): Promise<{ readonly store: LevelHistoryStore; readonly rooms: RoomHistories }> {
  const store = await LevelHistoryStore.open(folder.history, logger).catch(explainStorage);
  closers.push(() => store.close());
  return { store, rooms: new RoomHistories({ store, deflater: streamDeflater, clock, logger }) };
}

/** The blob files, and what deletes those that nothing refers to. */
async function openBlobs(
  folder: DataFolder,
  { archive, exports, history }: { archive: Archive; exports: NotebookExports; history: LevelHistoryStore },
  { options, closers }: { readonly options: ClassHostOptions; readonly closers: Close[] },
): Promise<BlobFiles> {
  const { dist, withHub, clock, logger } = options;
  const files = await BlobFiles.open(folder.blobs);
  files.onStored((room) => exports.note(room));
  // Without the hub no document arrives here, so nothing is known of what refers.
  if (!withHub) return files;
  const thread = new ExporterThread(join(dist, "node/exporter.mjs"), clock);
  const read = (job: ThreadJob): Promise<ThreadReply> => thread.run(job);
  const collector = await BlobCollector.start({
    ...{ archive, history, files, notes: folder.blobNotes, read },
    ...{ clock, logger },
  });
  closers.push(async () => {
    // First told to end, so that it starts no other thread.
    const ended = collector.close();
    await thread.close();
    await ended;
  });
  return files;
}

interface Parts {
  readonly archive: Archive;
  readonly blobs: BlobFiles;
  readonly histories: RoomHistories;
  readonly broker: RunningBroker;
  readonly tls: HostTls | undefined;
  readonly folder: DataFolder;
  readonly info: Omit<HostInfo, "address">;
}

/** Starts the http server with all its endpoints; returns its port. */
async function serve(options: ClassHostOptions, parts: Parts, closers: Close[]): Promise<number> {
  const { dist, host, port, clock, logger } = options;
  const accessFiles = await AccessFiles.open(parts.folder.access);
  const { archive, histories, tls } = parts;
  const hub = new SyncHub({ archive, histories, accessFiles, clock, logger });
  const signalling = new Signalling(clock, logger);
  const names = (): ReadonlySet<string> => new Set([...ownHostNames(), ...(tls?.extraNames ?? [])]);
  const scheme = tls === undefined ? "http" : "https";
  // Known once it listens, which is before anybody can ask.
  let actual = port;
  const server = createHttpServer({
    files: new StaticFiles(join(dist, "web")),
    blobs: new BlobRoute(parts.blobs),
    history: new HistoryRoute(parts.histories, clock, (room) => roleOfEverybody(accessFiles, room, logger)),
    hostInfo: () => ({ ...parts.info, address: `${scheme}://${tls?.givenName ?? addressForOthers(host)}:${actual}` }),
    tls,
    names,
    logger,
  });
  const closeSockets = acceptUpgrades(
    server,
    {
      hub: options.withHub ? (socket, room, client) => hub.accept(socket, room, client) : undefined,
      signalling: (socket) => signalling.accept(socket),
      mqtt: (socket) => pipeToBroker(socket, parts.broker.inside, logger),
    },
    logger,
    names,
  );
  actual = await listen(server, { host, port }).catch((error: unknown) =>
    explainListening(error, { host, port, option: "--port" }),
  );
  closers.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    await closeSockets();
    await hub.close();
    server.closeAllConnections();
    await closed;
  });
  return actual;
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
  readonly broker: RunningBroker;
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
    brokerUrl: `mqtt://${bracketed(place.broker.inside.host)}:${place.broker.inside.port}`,
    trust: place.tls?.isOwn === true ? ownCertificateFile(place.folder.root) : undefined,
    folder: place.folder.agent,
    name: hostname(),
    clock,
    logger,
  });
  agent.start();
  closers.push(() => agent.stop());
}

// Hands the application its surroundings: a browser's page, or the page of the desktop app.

import { messageOf } from "#shared/base/errors.ts";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomBlobStore } from "#shared/adapters/blobs/RoomBlobStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { ms } from "#shared/base/units.ts";
import { OriginGrants } from "#shared/packages/OriginGrants.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import type { MeshbookPorts, RoomBlobs } from "#shared/session/app/MeshbookPorts.ts";
import { KernelPool, kernelCount } from "#shared/session/KernelPool.ts";
import { BrowserHost } from "../adapters/BrowserHost.ts";
import { DesktopHost, findDesktopBridge } from "../adapters/DesktopHost.ts";
import { DeviceDatabase } from "../adapters/indexeddb/DeviceDatabase.ts";
import { IndexedDbAskedRuns } from "../adapters/indexeddb/IndexedDbAskedRuns.ts";
import { IndexedDbBlobStore } from "../adapters/indexeddb/IndexedDbBlobStore.ts";
import { IndexedDbDocSource } from "../adapters/indexeddb/document/IndexedDbDocSource.ts";
import { IndexedDbHistoryStore } from "../adapters/indexeddb/IndexedDbHistoryStore.ts";
import { IndexedDbLibraryStore } from "../adapters/indexeddb/IndexedDbLibraryStore.ts";
import { IndexedDbUploadList } from "../adapters/indexeddb/IndexedDbUploadList.ts";
import { IndexedDbPackageCache } from "../adapters/packages/IndexedDbPackageCache.ts";
import { moduleLoader } from "../adapters/packages/moduleLoader.ts";
import { wheelLoader } from "../adapters/packages/wheelLoader.ts";
import { pageLending } from "../adapters/lending/pageLending.ts";
import { LocalSettings } from "../adapters/LocalSettings.ts";
import { createPythonLoader } from "../adapters/runner/loadPython.ts";
import { createLateLoaders } from "../adapters/runner/loadLate.ts";
import type { LanguageLoaders } from "../adapters/runner/LanguageStarters.ts";
import { runnerAddress } from "../adapters/runner/runnerAddress.ts";
import { RunnerFrame } from "../adapters/runner/RunnerFrame.ts";
import { createReadableKey } from "../adapters/signer/deviceKey.ts";
import { openDeviceSigner } from "../adapters/signer/openDeviceSigner.ts";
import { WebSigner } from "../adapters/signer/WebSigner.ts";
import { askToKeepStorage } from "../adapters/page/storagePersistence.ts";
import { DEVICE_CONNECTION, pageLockSurroundings, requestTabLock } from "../adapters/tabs/requestTabLock.ts";
import { WebHostHistory } from "../adapters/WebHostHistory.ts";
import { webBlobRequest } from "../adapters/webBlobRequest.ts";
import { pageIdle, pageWanted } from "../adapters/page/pageIdle.ts";
import { pageTracer } from "../adapters/page/pageTracer.ts";
import { HostBrokers } from "./HostBrokers.ts";
import { blobSealing, connectJobs, hubSource, readHostInfo, roomNetworks } from "./pageNetworks.ts";

/** How long this window waits to be the one that connects with the device's identity. */
const IDENTITY_WAIT = ms(500);

/** Undefined on plain http pages, although the DOM types promise it. */
const subtle = (crypto as Partial<Crypto>).subtle; // reason: see above

interface CollectorSurroundings {
  readonly save: () => Promise<boolean>;
  readonly local: IndexedDbBlobStore;
  readonly uploads: IndexedDbUploadList;
  readonly settings: LocalSettings;
  readonly logger: Logger;
}

export interface PagePorts extends MeshbookPorts {
  /** Begins to delete blobs that no notebook refers to any more. `save` stores what is open. */
  readonly collectBlobs: (save: () => Promise<boolean>) => void;
  /** The desktop app around this page, if there is one. */
  readonly desktop: DesktopHost | undefined;
}

/** Resolves when the device's key has been read; everything else is opened when first needed. */
export async function composePage(): Promise<PagePorts> {
  const logger = consoleLogger("warn");
  const [settings, database] = [new LocalSettings(), new DeviceDatabase()];
  const desktop = findDesktop();
  const brokers = new HostBrokers({ settings, now: () => systemClock.now(), readHostInfo });
  const history = new IndexedDbHistoryStore();
  const { signer, keepAgain } = await openDeviceSigner(database, subtle);
  const blobs = { local: new IndexedDbBlobStore(database), uploads: new IndexedDbUploadList(database) };
  return {
    clock: systemClock,
    logger,
    settings,
    signer,
    desktop,
    host: desktop ?? new BrowserHost(),
    library: new IndexedDbLibraryStore(database, (room) => history.purge(room)),
    pageBase: desktop ? undefined : location.origin,
    capabilities: ["chunk1"],
    disk: (room) => new IndexedDbDocSource(room),
    networks: (room, base, ours) =>
      roomNetworks(room, base, ours, { signer, local: blobs.local, settings, brokers, logger, when: pageWanted }),
    hub: (room, base) => hubSource(room, base, settings, logger),
    blobs: (room, base, networks) =>
      base === undefined
        ? withoutHost(blobs.local)
        : new RoomBlobStore({
            ...{ room: room.id, base, peers: networks?.blobs, ...blobs, request: webBlobRequest, clock: systemClock },
            sealing: networks?.hubMode && blobSealing(room, base, networks.hubMode),
          }),
    ...kernelPorts(settings),
    jobs: {
      identity: () => jobIdentity(signer),
      connect: (room, signer, will) => connectJobs(brokers, room, signer, will),
      asked: new IndexedDbAskedRuns((run) => requestTabLock(`run.${run}`, pageLockSurroundings(systemClock))),
      tracer: (base) => pageTracer(base, readHostInfo, logger),
      afterTurn: (callback) => queueMicrotask(callback),
    },
    history: {
      store: history,
      deflater: streamDeflater,
      host: (room, base) => new WebHostHistory(room, base),
    },
    idle: pageWanted,
    hostInfo: readHostInfo,
    visit: (link) => location.assign(link),
    keepStorage: () => void askToKeepStorage(settings, navigator.storage),
    keepAgain: () => void keepAgain().finally(() => settings.keepAgain()),
    collectBlobs: (save) => void collectBlobs({ save, ...blobs, settings, logger }),
  };
}

function findDesktop(): DesktopHost | undefined {
  const bridge = findDesktopBridge(window);
  return bridge && new DesktopHost(bridge);
}

const withoutHost = (local: IndexedDbBlobStore): RoomBlobs => ({
  put: (bytes) => local.put(bytes),
  get: (hash) => local.get(hash),
  has: (hash) => local.has(hash),
  wake: () => undefined,
  close: () => undefined,
});

/** Loaded when the page is quiet. */
async function collectBlobs({ local, ...around }: CollectorSurroundings): Promise<void> {
  await pageIdle();
  // Where the browser does not name its databases, nobody can say what they refer to.
  if (!("databases" in indexedDB)) return;
  try {
    const { startCollector } = await import("../adapters/collector/startCollector.ts");
    startCollector({ place: local, ...around });
  } catch (error) {
    // The host is gone already: a later visit collects.
    around.logger.warn("what nobody refers to is not deleted in this visit", { error: messageOf(error) });
  }
}

/** Kernels for ourselves and for others, which share what languages start from. */
function kernelPorts(settings: LocalSettings): Pick<MeshbookPorts, "kernels" | "lending"> {
  const languages = { loadPython: createPythonLoader(), ...createLateLoaders() };
  return { kernels: kernelsOf(settings, languages), lending: pageLending(runnerAddress(window), languages, subtle) };
}

/** Kernels of notebooks, which share packages. */
function kernelsOf(settings: LocalSettings, loaders: LanguageLoaders): MeshbookPorts["kernels"] {
  const packages = { grants: new OriginGrants(settings), cache: new IndexedDbPackageCache() };
  return (pins, base) => {
    const loadModules = moduleLoader({ ...packages, pins: pins.modules });
    const loadWheels = wheelLoader({ ...packages, pins: pins.wheels, base });
    const url = runnerAddress(window);
    const frame = new RunnerFrame({ clock: systemClock, url, ...loaders, loadModules, loadWheels });
    return new KernelPool(frame.start, kernelCount(navigator.hardwareConcurrency), () => frame.close());
  };
}

/** The device's identity in the first window, a passing one in others: a broker throws out the older of two that agree. */
async function jobIdentity(device: Signer): Promise<Signer> {
  const lock = requestTabLock(DEVICE_CONNECTION, pageLockSurroundings(systemClock));
  const held = await new Promise<boolean>((resolve) => {
    const settle = (): void => resolve(lock.held.get());
    lock.held.subscribe(settle);
    if (lock.held.get()) settle();
    systemClock.after(IDENTITY_WAIT, settle);
  });
  if (held) return device;
  lock.release();
  return new WebSigner(await createReadableKey(), subtle);
}

// Hands the application its surroundings: a browser's page, or the page of the desktop app.

import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomBlobStore } from "#shared/adapters/blobs/RoomBlobStore.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { signallingUrl, WebrtcDocSource } from "#shared/adapters/webrtc/WebrtcDocSource.ts";
import { isRecord, readInteger, readString } from "#shared/base/parse.ts";
import { ms } from "#shared/base/units.ts";
import { DESKTOP_RUNNER_ORIGIN } from "#shared/contracts/desktopApi.ts";
import { HOST_INFO_PATH, MQTT_PATH, type HostInfo } from "#shared/contracts/hubProtocol.ts";
import { RUNNER_PATH } from "#shared/contracts/runnerFrame.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import type { MeshbookPorts, RoomBlobs, RoomNetworks } from "#shared/session/app/MeshbookPorts.ts";
import { KernelPool, kernelCount } from "#shared/session/KernelPool.ts";
import { BrowserHost } from "../adapters/BrowserHost.ts";
import { DesktopHost, findDesktopBridge } from "../adapters/DesktopHost.ts";
import { DeviceDatabase } from "../adapters/indexeddb/DeviceDatabase.ts";
import { IndexedDbBlobStore } from "../adapters/IndexedDbBlobStore.ts";
import { IndexedDbDocSource } from "../adapters/IndexedDbDocSource.ts";
import { IndexedDbLibraryStore } from "../adapters/IndexedDbLibraryStore.ts";
import { IndexedDbUploadList } from "../adapters/IndexedDbUploadList.ts";
import { LocalSettings } from "../adapters/LocalSettings.ts";
import { RunnerFrame } from "../adapters/runner/RunnerFrame.ts";
import { createReadableKey } from "../adapters/signer/deviceKey.ts";
import { openDeviceSigner } from "../adapters/signer/openDeviceSigner.ts";
import { WebSigner } from "../adapters/signer/WebSigner.ts";
import { askToKeepStorage } from "../adapters/storagePersistence.ts";
import { DEVICE_CONNECTION, requestTabLock } from "../adapters/tabs/requestTabLock.ts";

/** How long this window waits to be the one that connects with the device's identity. */
const IDENTITY_WAIT = ms(500);
const TEXT_LIMIT = 300;
const LARGEST_PORT = 65_535;

/** Undefined on plain http pages, although the DOM types promise it. */
const subtle = (crypto as Partial<Crypto>).subtle; // reason: see above

/** Resolves when the device's key has been read; everything else is opened when first needed. */
export async function composePage(): Promise<MeshbookPorts & { readonly desktop: DesktopHost | undefined }> {
  const logger = consoleLogger("warn");
  const settings = new LocalSettings();
  const database = new DeviceDatabase();
  const bridge = findDesktopBridge(window);
  const desktop = bridge && new DesktopHost(bridge);
  const { signer } = await openDeviceSigner(database, subtle);
  const local = new IndexedDbBlobStore(database);
  const uploads = new IndexedDbUploadList(database);
  return {
    clock: systemClock,
    logger,
    settings,
    signer,
    desktop,
    host: desktop ?? new BrowserHost(),
    library: new IndexedDbLibraryStore(database),
    pageBase: desktop ? undefined : location.origin,
    capabilities: ["chunk1"],
    disk: (room) => new IndexedDbDocSource(room),
    networks: (room, base) => roomNetworks(room, base, logger),
    hub: (room, base) => new HubDocSource(hubOptions(hubUrl(base, room), logger)),
    blobs: (room, base) =>
      base === undefined
        ? withoutHost(local)
        : new RoomBlobStore({ room, base, local, uploads, request: fetchPlainly, clock: systemClock }),
    kernels: () => createKernels(desktop !== undefined),
    jobs: {
      identity: () => jobIdentity(signer),
      connect: (base, clientId, will) =>
        new MqttJobTransport({ url: mqttUrl(base), clientId, will, load: loadMqtt, clock: systemClock }),
      afterTurn: (callback) => queueMicrotask(callback),
    },
    hostInfo: readHostInfo,
    visit: (link) => location.assign(link),
    keepStorage: () => void askToKeepStorage(settings, navigator.storage),
  };
}

const hubOptions = (url: string, logger: Logger): ConstructorParameters<typeof HubDocSource>[0] => ({
  url,
  WebSocket,
  clock: systemClock,
  logger,
});

function roomNetworks(room: RoomRef, base: string, logger: Logger): RoomNetworks {
  const keys = deriveRoomKeys(room.id, room.secret);
  const webrtc = new WebrtcDocSource({
    signalling: signallingUrl(base),
    room: keys.topicTag,
    password: keys.webrtcPassword,
    rtc: { RTCPeerConnection, RTCSessionDescription, RTCIceCandidate },
    clock: systemClock,
    logger,
  });
  return { sources: [new HubDocSource(hubOptions(hubUrl(base, room.id), logger)), webrtc], links: webrtc.links };
}

const withoutHost = (local: IndexedDbBlobStore): RoomBlobs => ({
  put: (bytes) => local.put(bytes),
  get: (hash) => local.get(hash),
  has: (hash) => local.has(hash),
  wake: () => undefined,
  close: () => undefined,
});

/** No cookies, no redirects: a class host may be anybody's laptop. */
const fetchPlainly: ConstructorParameters<typeof RoomBlobStore>[0]["request"] = (url, { body, ...init }) =>
  fetch(url, { ...init, ...(body ? { body: body.slice() } : {}), credentials: "omit", redirect: "error" });

function createKernels(onDesktop: boolean): KernelPool {
  const url = onDesktop ? `${DESKTOP_RUNNER_ORIGIN}${RUNNER_PATH}` : RUNNER_PATH;
  const frame = new RunnerFrame({ clock: systemClock, url });
  return new KernelPool(frame.start, kernelCount(navigator.hardwareConcurrency), () => frame.close());
}

function mqttUrl(base: string): string {
  const url = new URL(base);
  return `${url.protocol === "https:" ? "wss" : "ws"}://${url.host}${MQTT_PATH}`;
}

const loadMqtt = async (): ReturnType<ConstructorParameters<typeof MqttJobTransport>[0]["load"]> =>
  (await import("mqtt")).default;

/** The device's identity in the first window, a passing one in others: a broker throws out the older of two that agree. */
async function jobIdentity(device: Signer): Promise<Signer> {
  const { locks } = navigator as Partial<Navigator>; // reason: undefined on plain http pages
  const surroundings = { locks, storage: localStorageIfAllowed(), events: window, clock: systemClock };
  const lock = requestTabLock(DEVICE_CONNECTION, surroundings);
  const held = await new Promise<boolean>((resolve) => {
    const settle = (): void => resolve(lock.held.get());
    lock.held.subscribe(settle);
    if (lock.held.get()) settle();
    systemClock.after(IDENTITY_WAIT, settle);
  });
  if (held) return device;
  lock.release();
  return new WebSigner(createReadableKey(), subtle);
}

function localStorageIfAllowed(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

async function readHostInfo(base: string): Promise<HostInfo | undefined> {
  try {
    const response = await fetch(`${base}${HOST_INFO_PATH}`, { credentials: "omit", redirect: "error" });
    return response.ok ? parseHostInfo(await response.json()) : undefined;
  } catch {
    return undefined;
  }
}

function parseHostInfo(value: unknown): HostInfo | undefined {
  if (!isRecord(value)) return undefined;
  const name = readString(value["name"], TEXT_LIMIT);
  const version = readString(value["version"], TEXT_LIMIT);
  const address = readString(value["address"], TEXT_LIMIT);
  const mqttPort = readInteger(value["mqttPort"], 1, LARGEST_PORT);
  if (name === undefined || version === undefined || address === undefined || mqttPort === undefined) return undefined;
  return { name, version, address, mqttPort };
}

// Devices and a class host in one process: the whole application without a screen, over memory instead of networks and
// disks. What a device stores outlives its application, as a disk does.

import type { Power } from "#shared/session/lending/power.ts";
import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { err } from "#shared/base/result.ts";
import type { HostHistory } from "#shared/ports/HostHistory.ts";
import { MemoryAskedRunStore } from "#shared/adapters/memory/MemoryAskedRunStore.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub } from "#shared/adapters/memory/MemoryHub.ts";
import { MemoryLibraryStore } from "#shared/adapters/memory/MemoryLibraryStore.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import type { BlobStore } from "#shared/ports/BlobStore.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { DocSource } from "#shared/ports/DocSource.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import type { LentKernel } from "#shared/ports/LendingPorts.ts";
import type { LibraryStore } from "#shared/ports/LibraryStore.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import type { MeshbookPorts, RoomBlobs } from "#shared/session/app/MeshbookPorts.ts";
import { startMeshbook, type RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import { KernelPool } from "#shared/session/KernelPool.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { MemoryKernel } from "../MemoryKernel.ts";

export const BASE = "http://10.0.0.5:8720";

/** One class host: a hub for each room, one place for blobs, a broker. */
export class MemoryWorld {
  readonly broker = new MemoryJobBroker();
  readonly hostBlobs = new MemoryBlobStore();
  readonly #hubs = new Map<RoomId, MemoryHub>();
  readonly classLink = formatRoomLink({
    kind: "class",
    base: BASE,
    id: RoomId.create(),
    secret: createRoomSecret(),
  });

  hub(room: RoomId): MemoryHub {
    const hub = this.#hubs.get(room) ?? new MemoryHub({ clock: systemClock, stores: true, kind: "hub" });
    this.#hubs.set(room, hub);
    return hub;
  }
}

export interface DeviceOptions {
  /** The application's clock; the system's if nothing is said. */
  readonly clock?: Clock;
  /** True for the desktop app, whose page comes from no class host. */
  readonly desktop?: boolean;
  /** The device's key; a new one if nothing is said. */
  readonly signer?: NodeSigner;
  /** A kernel that it lends, in the place of a real one in this thread. */
  readonly lent?: () => Kernel;
  /** In the place of the world's own, for a device with these ports. */
  readonly networks?: (ports: Pick<MeshbookPorts, "signer" | "settings">) => MeshbookPorts["networks"];
}

/** One person's device. `start` begins a life of the application on it; what was stored before is there. */
export class MemoryDevice {
  readonly world: MemoryWorld;
  readonly library: LibraryStore = new MemoryLibraryStore();
  readonly settings = new MemorySettings();
  readonly blobs = new MemoryBlobStore();
  readonly history = new MemoryHistoryStore();
  readonly asked = new MemoryAskedRunStore();
  readonly visited: string[] = [];
  readonly power = new Value<Power | undefined>(undefined);
  readonly #options: DeviceOptions;
  readonly #disks = new Map<RoomId, MemoryHub>();
  readonly #signer: NodeSigner;
  /** What a test put in the place of a shelf, a disk or an identity of this device that works. */
  broken: { readonly library?: LibraryStore; readonly disk?: DocSource; readonly identity?: Promise<NodeSigner> } = {};

  constructor(world: MemoryWorld, given: DeviceOptions = {}) {
    this.world = world;
    this.#options = given;
    this.#signer = given.signer ?? NodeSigner.create();
  }

  start(): RunningMeshbook {
    return startMeshbook(this.#ports());
  }

  #disk(room: RoomId): DocSource {
    const disk = this.#disks.get(room) ?? new MemoryHub({ clock: systemClock, stores: true, kind: "disk" });
    this.#disks.set(room, disk);
    return this.broken.disk ?? new MemoryDocSource(disk);
  }

  #ports(): MeshbookPorts {
    const { world } = this;
    return {
      clock: this.#options.clock ?? systemClock,
      logger: silentLogger,
      settings: this.settings,
      host: { chooseFile: nothing, saveFile: () => Promise.resolve(true), copyText: () => Promise.resolve(true) },
      library: this.broken.library ?? this.library,
      signer: this.#signer,
      pageBase: this.#options.desktop === true ? undefined : BASE,
      capabilities: [],
      disk: (room) => this.#disk(room),
      networks:
        this.#options.networks?.({ signer: this.#signer, settings: this.settings }) ??
        (({ id }) => ({
          sources: [new MemoryDocSource(world.hub(id))],
          links: new Value(new Set()),
          led: new Value(false),
        })),
      hub: ({ id }) => new MemoryDocSource(world.hub(id)),
      blobs: (_room, base) => roomBlobs(this.blobs, base === undefined ? undefined : world.hostBlobs),
      kernels: () => new KernelPool(() => Promise.resolve(new MemoryKernel()), 1),
      jobs: {
        identity: () => this.broken.identity ?? Promise.resolve(this.#signer),
        connect: (_base, _client, will) => world.broker.connect(will),
        asked: this.asked,
        afterTurn: (callback) => queueMicrotask(callback),
      },
      lending: {
        mostSlots: 2,
        languages: ["javascript"],
        power: this.power,
        clock: this.#options.clock ?? systemClock,
        identity: () => Promise.resolve(NodeSigner.create()),
        start: () => Promise.resolve(lentKernel(this.#options.lent)),
      },
      history: { store: this.history, deflater: streamDeflater, host: () => AWAY },
      hostInfo: () => Promise.resolve({ name: "Physics", version: "1", address: BASE, mqttPort: 1 }),
      idle: () => Promise.resolve(),
      visit: (link) => this.visited.push(link),
      keepStorage: () => undefined,
    };
  }
}

function roomBlobs(local: BlobStore, host: BlobStore | undefined): RoomBlobs {
  return {
    put: async (bytes) => {
      await host?.put(bytes);
      return local.put(bytes);
    },
    get: async (hash) => (await local.get(hash)) ?? (await host?.get(hash)),
    has: (hash) => local.has(hash),
    wake: () => undefined,
    close: () => undefined,
  };
}

function lentKernel(start = (): Kernel => new MemoryKernel()): LentKernel {
  const kernel = start();
  return { kernel, close: () => kernel.close() };
}

/** A class host that keeps no history. */
const AWAY: HostHistory = {
  load: () => Promise.resolve(err("away")),
  read: () => Promise.resolve(err("away")),
  name: () => Promise.resolve(err("away")),
  keep: () => Promise.resolve(err("away")),
};

const nothing = (): Promise<undefined> => Promise.resolve(undefined);

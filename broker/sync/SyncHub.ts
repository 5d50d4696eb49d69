// The sync hub: `/sync/<roomId>` in y-websocket framing, so that a stock WebsocketProvider converges with it. The host is
// a replica like any other, one that stays when all browsers close.

import { deniedFrame } from "#shared/adapters/hub/accessFrames.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { messageOf } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { HUB_SEALED } from "#shared/contracts/host/sealedHub.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { WebSocket } from "ws";
import type * as Y from "yjs";
import type { Archive } from "../archive/Archive.ts";
import type { RoomHistories } from "../history/RoomHistories.ts";
import { keepAlive } from "../limits/keepAlive.ts";
import { readThrottled, type ReadLimits } from "../limits/readThrottled.ts";
import { CLOSE, HubConnection, type HubClient } from "./HubConnection.ts";
import { createHubTally, type HubCounts } from "./hubCounts.ts";
import type { AccessFiles } from "./access/AccessFiles.ts";
import { HubRoom } from "./HubRoom.ts";
import type { SealedArchive } from "./sealed/SealedArchive.ts";
import { SealedRoom } from "./sealed/SealedRoom.ts";

/** A room stays in memory this long after the last one left: reloading a page should not read the disk. */
export const ROOM_IDLE: Milliseconds = seconds(60);
/** Most people in one room: a university lecture. Each edit is sent to all of them. */
export const ROOM_CONNECTIONS_LIMIT = 500;
/** Most rooms in memory at a time. */
export const ROOMS_LIMIT = 2000;

/**
 * What one client may send. Typing is 20 frames a second; a page that pastes, imports or comes back after a week sends
 * its whole state at once. Bytes count with their copies to others, which is what they cost the network.
 */
const READ_LIMITS: ReadLimits = {
  messages: { burst: 2000, perSecond: 500 },
  bytes: { burst: 256 * 1024 * 1024, perSecond: 32 * 1024 * 1024 },
};

/** WebSocket close reasons have 123 bytes at most. */
const STOCK_REFUSED = "This class host is blind: it takes only what is sealed. Open the notebook in Meshbook.";

export type SyncHubOptions = HubCommon & (SeeingHub | BlindHub);

/** Reads the documents it stores. */
export interface SeeingHub {
  readonly archive: Archive;
  /** Keeps dated states of every room; undefined: nothing does. */
  readonly histories?: RoomHistories | undefined;
  readonly sealed?: undefined;
}

/** Stores what members sealed. */
export interface BlindHub {
  readonly sealed: SealedArchive;
}

interface HubCommon {
  readonly accessFiles: AccessFiles;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Loaded {
  readonly room: HubRoom | SealedRoom;
  /** Resolves with true when it has been read, with false when it cannot be. */
  readonly ready: Promise<boolean>;
  cancelUnload: Dispose | undefined;
}

export class SyncHub {
  readonly #options: SyncHubOptions;
  readonly #rooms = new Map<RoomId, Loaded>();
  readonly #unloading = new Set<Promise<void>>();
  readonly #connections = new Set<HubConnection>();
  readonly #tally = createHubTally();
  #closed = false;

  constructor(options: SyncHubOptions) {
    this.#options = options;
  }

  /** Takes a WebSocket that asked for a room. */
  accept(socket: WebSocket, id: RoomId, client: HubClient): void {
    const { clock, logger } = this.#options;
    if (this.#options.sealed !== undefined && socket.protocol !== HUB_SEALED) {
      refuseStock(socket);
      return;
    }
    const loaded = this.#closed ? undefined : this.#roomFor(id);
    if (loaded === undefined || loaded.room.size >= ROOM_CONNECTIONS_LIMIT) {
      socket.close(CLOSE.overloaded, "the class host is full");
      return;
    }
    const { room } = loaded;
    const connection = new HubConnection(socket, client, logger, this.#tally);
    this.#connections.add(connection);
    const disposes = [
      keepAlive(socket, clock),
      readThrottled(socket, clock, READ_LIMITS, (frame) => room.receive(connection, frame)),
    ];
    socket.on("error", (error) => logger.debug("a hub connection failed", { reason: messageOf(error) }));
    socket.once("close", () => {
      this.#connections.delete(connection);
      for (const dispose of disposes) dispose();
      room.leave(connection);
      if (room.isEmpty) this.#unloadLater(id, loaded);
    });
    loaded.cancelUnload?.();
    loaded.cancelUnload = undefined;
    room.join(connection);
  }

  /** Lets the host look at a document; undefined where it cannot: it is blind, full, or the document cannot be read. */
  read<T>(id: RoomId, read: (doc: Y.Doc) => T): Promise<T | undefined> {
    return this.#using(id, (room) => Promise.resolve(room.read(read)));
  }

  /** Changes a document as the host itself. Resolves when that is stored; undefined as for `read`. */
  change<T>(id: RoomId, change: (doc: Y.Doc) => T): Promise<T | undefined> {
    return this.#using(id, async (room) => {
      let result: T | undefined;
      room.change((doc) => (result = change(doc)));
      await room.flush();
      return result;
    });
  }

  get counts(): HubCounts & { readonly connections: number; readonly devices: number; readonly rooms: number } {
    const devices = new Set([...this.#connections].map((connection) => connection.device?.peer ?? connection));
    return { ...this.#tally, connections: this.#connections.size, devices: devices.size, rooms: this.#rooms.size };
  }

  /** Rooms in memory. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Closes every connection and resolves when everything is on the disk. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { room, cancelUnload } of this.#rooms.values()) {
      cancelUnload?.();
      room.closeAll(CLOSE.goingAway, "the class host stops");
    }
    await Promise.all([...this.#rooms.values()].map(({ room }) => room.flush()));
    await Promise.all(this.#unloading);
  }

  #roomFor(id: RoomId): Loaded | undefined {
    const known = this.#rooms.get(id);
    if (known !== undefined) return known;
    if (this.#rooms.size >= ROOMS_LIMIT) return undefined;
    const { logger } = this.#options;
    const room = this.#open(id);
    const ready = room.load().then(
      () => true,
      (error: unknown) => {
        logger.error("a document could not be read", { room: id, error });
        this.#rooms.delete(id);
        room.closeAll(CLOSE.overloaded, "the document cannot be read");
        return false;
      },
    );
    const loaded: Loaded = { room, ready, cancelUnload: undefined };
    this.#rooms.set(id, loaded);
    return loaded;
  }

  async #using<T>(id: RoomId, use: (room: HubRoom) => Promise<T>): Promise<T | undefined> {
    const loaded = this.#closed ? undefined : this.#roomFor(id);
    if (!(loaded?.room instanceof HubRoom) || !(await loaded.ready)) return undefined;
    try {
      return await use(loaded.room);
    } finally {
      if (loaded.room.isEmpty) this.#unloadLater(id, loaded);
    }
  }

  #open(room: RoomId): HubRoom | SealedRoom {
    const { accessFiles, clock, logger } = this.#options;
    const common = { room, accessFiles, clock, logger };
    if (this.#options.sealed !== undefined) return new SealedRoom({ ...common, archive: this.#options.sealed });
    const { archive, histories } = this.#options;
    return new HubRoom({ ...common, archive, history: histories?.watch(room) });
  }

  #unloadLater(id: RoomId, loaded: Loaded): void {
    if (this.#closed || this.#rooms.get(id) !== loaded) return;
    loaded.cancelUnload?.();
    loaded.cancelUnload = this.#options.clock.after(ROOM_IDLE, () => {
      const unloading = this.#unload(id, loaded).finally(() => this.#unloading.delete(unloading));
      this.#unloading.add(unloading);
    });
  }

  async #unload(id: RoomId, loaded: Loaded): Promise<void> {
    await loaded.room.flush();
    // Somebody may have come while the last writes were going to the disk.
    if (!loaded.room.isEmpty || this.#rooms.get(id) !== loaded) return;
    this.#rooms.delete(id);
    loaded.room.destroy();
  }
}

/** A client that would give a blind host its document in clear. It prints the reason and stays away. */
function refuseStock(socket: WebSocket): void {
  socket.on("error", () => socket.terminate());
  socket.send(deniedFrame(STOCK_REFUSED));
  socket.close(CLOSE.forbidden, STOCK_REFUSED);
}

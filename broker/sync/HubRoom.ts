import type * as Y from "yjs";
import {
  answerFrame,
  askFrame,
  awarenessFrame,
  partFrame,
  readHubFrame,
  updateFrame,
  type HubFrame,
} from "#shared/adapters/hub/hubFrames.ts";
import { refusedFrame } from "#shared/adapters/hub/accessFrames.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { readAwarenessUpdate, writeAwarenessUpdates, type AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import { mayRead } from "#shared/rooms/access/role.ts";
import type { Archive } from "../archive/Archive.ts";
import type { RoomWatch } from "../history/RoomHistories.ts";
import type { AccessFiles } from "./access/AccessFiles.ts";
import { REFUSALS } from "./access/refusals.ts";
import { RoomDoor, SIGNATURE_COST } from "./access/RoomDoor.ts";
import { AwarenessTable } from "./AwarenessTable.ts";
import { believedEntries } from "./believedEntries.ts";
import { CLOSE, type HubConnection } from "./HubConnection.ts";
import { refuse } from "./inbox.ts";
import { RoomDocument } from "./RoomDocument.ts";

/** How often, at most, all are asked for parts of the document that are missing: the answers are whole states. */
const ASK_INTERVAL: Milliseconds = seconds(2);
export interface HubRoomOptions {
  readonly room: RoomId;
  readonly archive: Archive;
  /** Keeps the room's history, if anything does. */
  readonly history: RoomWatch | undefined;
  readonly accessFiles: AccessFiles;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * One room while somebody is in it: relays at once, then stores. Frames that come while the document is being read
 * from the archive wait in their connection's inbox.
 */
export class HubRoom {
  readonly #document: RoomDocument;
  readonly #door: RoomDoor;
  readonly #awareness: AwarenessTable<HubConnection>;
  readonly #connections = new Set<HubConnection>();
  readonly #history: RoomWatch | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #ready = false;
  #tellingHeld = false;
  #cancelAsking: Dispose | undefined;

  constructor(options: HubRoomOptions) {
    this.#history = options.history;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#awareness = new AwarenessTable(options.clock);
    this.#door = new RoomDoor({ ...options, admit: (connection) => this.#admit(connection) });
    this.#document = new RoomDocument({
      ...options,
      onDurable: () => this.#tellHeldSoon(),
      onLoaded: (doc) => this.#history?.loaded(doc, (origin) => this.#clientsOf(origin)),
    });
  }

  get isEmpty(): boolean {
    return this.#connections.size === 0;
  }

  get size(): number {
    return this.#connections.size;
  }

  /** Reads the document and deals with what came meanwhile. Rejects if the archive cannot be read. */
  async load(): Promise<void> {
    this.#ready = false;
    await this.#door.load();
    await this.#document.load();
    this.#ready = true;
    for (const connection of this.#connections) this.#door.arrive(connection);
  }

  join(connection: HubConnection): void {
    this.#connections.add(connection);
    if (this.#ready) this.#door.arrive(connection);
  }

  leave(connection: HubConnection): void {
    if (!this.#connections.delete(connection)) return;
    this.#door.leave(connection);
    this.#broadcastAwareness(this.#awareness.removeOwner(connection));
  }

  /** Returns the bytes that passing the frame on has cost. */
  receive(connection: HubConnection, frame: Buffer): number {
    if (!this.#ready) {
      connection.inbox.push(frame);
      return 0;
    }
    const parsed = readHubFrame(frame);
    if (parsed === undefined) return refuse(connection, "malformed frame");
    return this.#door.receive(connection, parsed, frame) ?? this.#handle(connection, parsed);
  }

  /** Lets the host itself look at the document. Only while the room is ready. */
  read<T>(read: (doc: Y.Doc) => T): T {
    return this.#document.judge(read);
  }

  /** Changes the document as the host itself, and tells everybody. Only while the room is ready. */
  change(change: (doc: Y.Doc) => void): void {
    const news = this.#document.change(change);
    if (news === undefined) return;
    for (const other of this.#connections) {
      if (!other.receiving && mayRead(other.role)) other.send(updateFrame(news));
    }
  }

  async flush(): Promise<void> {
    await Promise.all([this.#document.flush(), this.#history?.flush()]);
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#connections) connection.close(code, reason);
  }

  destroy(): void {
    this.#cancelAsking?.();
    this.#history?.end();
    this.#door.destroy();
    this.#document.destroy();
  }

  #admit(connection: HubConnection): void {
    // What another sent may have made a new reading necessary, which lets everybody in again when it is done.
    if (!this.#ready) return;
    this.#greet(connection);
    this.#readInbox(connection);
  }

  #handle(connection: HubConnection, frame: HubFrame): number {
    switch (frame.type) {
      case "ask":
        return this.#answer(connection, frame);
      case "update":
        return this.#apply(connection, frame.update);
      case "awareness":
        return this.#showPresence(connection, frame.update);
      case "query-awareness":
        this.#sendAwareness(connection);
        return 0;
      // Dealt with at the door; said by hosts only; or meant for a newer host.
      case "identity":
      case "access":
      case "cards":
      case "notes":
      case "challenge":
      case "denied":
      case "devices":
      case "held":
      case "part":
      case "refused":
      case "unknown":
        return 0;
    }
  }

  #answer(connection: HubConnection, { stateVector, limit }: Ask): number {
    const part = limit === undefined ? undefined : this.#document.partFrom(stateVector, limit);
    const missing = part ?? this.#document.missingFrom(stateVector);
    if (missing === undefined) return refuse(connection, "malformed state vector");
    if (part !== undefined) {
      if (!connection.receiving) connection.left = this.#document.bytesFrom(stateVector);
      connection.send(partFrame(part, connection.left));
      connection.left = Math.max(part.length, connection.left - part.length);
    } else {
      connection.sendDocument(answerFrame(missing));
    }
    connection.receiving = part !== undefined;
    this.#noteSyncFrame(connection);
    return 0;
  }

  #showPresence(connection: HubConnection, update: Uint8Array): number {
    const entries = readAwarenessUpdate(update);
    if (entries === undefined) return refuse(connection, "malformed presence");
    const believed = believedEntries(entries, connection, { table: this.#awareness, here: this.#door.here });
    const news = this.#awareness.update(believed, connection);
    const signatures = this.#history?.shown(news) ?? 0;
    return signatures * SIGNATURE_COST + this.#broadcastAwareness(news);
  }

  #apply(connection: HubConnection, update: Uint8Array): number {
    const allowed = this.#document.judge((doc) => this.#door.access.mayWrite(connection.role, doc, update));
    if (!allowed) return this.#refuseWrite(connection, update);
    const applied = this.#document.apply(update, connection);
    if (applied.outcome !== "applied") {
      this.#logger.warn("an update was refused", { outcome: applied.outcome, bytes: update.length });
      if (applied.outcome === "damaging") this.#reload();
      return refuse(connection, "malformed update");
    }
    this.#noteSyncFrame(connection);
    if (applied.incomplete) this.#askForMissing();
    if (applied.news === undefined) return 0;
    const frame = updateFrame(applied.news);
    const others = [...this.#connections].filter(
      (other) => (other !== connection || applied.forAll) && !other.receiving && mayRead(other.role),
    );
    for (const other of others) other.send(frame);
    return frame.length * this.#connections.size;
  }

  /** Whose changes a connection brings that only delete, as far as its presence says. */
  #clientsOf(origin: unknown): readonly number[] {
    const connection = [...this.#connections].find((one) => one === origin);
    return connection === undefined ? [] : this.#awareness.ownedBy(connection);
  }

  /** The frame does not count as held, and never will: what it carries is not. */
  #refuseWrite(connection: HubConnection, update: Uint8Array): number {
    connection.tally.refusedChanges += 1;
    this.#logger.info("a change was refused", { role: connection.role, bytes: update.length });
    if (connection.hostName !== undefined) connection.send(refusedFrame(REFUSALS[connection.role]));
    return update.length;
  }

  #reload(): void {
    this.load().catch((error: unknown) => {
      this.#logger.error("a document could not be read again", { error });
      this.closeAll(CLOSE.overloaded, "the document cannot be read");
    });
  }

  #greet(connection: HubConnection): void {
    connection.send(askFrame(this.#document.stateVector()));
    this.#sendAwareness(connection);
  }

  #readInbox(connection: HubConnection): void {
    const frames = connection.inbox.splice(0);
    // `receive` puts a frame back into the inbox if one before it made a reload necessary.
    for (const frame of frames) this.receive(connection, frame);
  }

  #sendAwareness(connection: HubConnection): void {
    for (const update of writeAwarenessUpdates(this.#awareness.alive())) connection.send(awarenessFrame(update));
  }

  /** To the sender too: a stock provider takes a connection for dead that has brought nothing for 30 s. */
  #broadcastAwareness(entries: readonly AwarenessEntry[]): number {
    return writeAwarenessUpdates(entries).reduce((cost, update) => cost + this.#broadcast(awarenessFrame(update)), 0);
  }

  #broadcast(frame: Uint8Array): number {
    for (const connection of this.#connections) if (mayRead(connection.role)) connection.send(frame);
    return frame.length * this.#connections.size;
  }

  #noteSyncFrame(connection: HubConnection): void {
    connection.noteSyncFrame(this.#document.storedMark);
    this.#tellHeldSoon();
  }

  /** Once per turn: one group commit makes many updates durable. */
  #tellHeldSoon(): void {
    if (this.#tellingHeld) return;
    this.#tellingHeld = true;
    queueMicrotask(() => {
      this.#tellingHeld = false;
      for (const connection of this.#connections) connection.tellHeld(this.#document.durableMark);
    });
  }

  /** Parts have come that build on parts that have not: whoever has those is asked, now and while it lasts. */
  #askForMissing(): void {
    if (this.#cancelAsking !== undefined) return;
    this.#broadcast(askFrame(this.#document.stateVector()));
    this.#cancelAsking = this.#clock.after(ASK_INTERVAL, () => {
      this.#cancelAsking = undefined;
    });
  }
}

type Ask = HubFrame & { readonly type: "ask" };

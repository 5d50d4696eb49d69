// One room of a blind host while somebody is in it. What members send is put in order, stored and passed on; the host
// knows who wrote it and how much, not what. Roles are kept as everywhere (Gate), except that of runners: outputs cannot be
// told from other changes, so runners only read here.

import {
  beginFrame,
  earlierFrame,
  entryFrame,
  goneFrame,
  levelFrame,
  moreFrame,
  pieceFrame,
  readSealedFrame,
  sealedPresenceFrame,
  takenFrame,
  type SealedFrame,
} from "#shared/adapters/hub/sealed/sealedFrames.ts";
import { PartsConfirmed } from "#shared/adapters/parts/PartsConfirmed.ts";
import { refusedFrame } from "#shared/adapters/hub/accessFrames.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { mib, ms, type Bytes, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { mayEdit, mayRead } from "#shared/rooms/access/role.ts";
import { isSealed } from "#shared/rooms/RoomSealer.ts";
import type { AccessFiles } from "../access/AccessFiles.ts";
import { REFUSALS } from "../access/refusals.ts";
import { RoomDoor } from "../access/RoomDoor.ts";
import { CLOSE, type HubConnection } from "../HubConnection.ts";
import { keep, refuse } from "../inbox.ts";
import type { SealedArchive } from "./SealedArchive.ts";
import { SEALED_ROOM_LIMIT, SealedLog } from "./SealedLog.ts";
import { SnapshotMaking } from "./SnapshotMaking.ts";

/** Largest message of presence: the largest state of one peer, and what sealing adds. */
const PRESENCE_LIMIT: Bytes = mib(1);
/** With so much unsent to a client, the generation before waits; and how often that is looked at again. */
const HIGH_WATER: Bytes = mib(1);
const DRAIN_POLL: Milliseconds = ms(20);

/** Outputs cannot be told from other changes here. */
const SEALED_REFUSALS: typeof REFUSALS = {
  ...REFUSALS,
  runner:
    "This class host is blind: it cannot tell outputs from other changes, so whoever may only run cells cannot store anything here.",
};
const FULL = "This notebook has outgrown what a blind class host keeps. Split it, or move large content out of it.";

export interface SealedRoomOptions {
  readonly room: RoomId;
  readonly archive: SealedArchive;
  readonly accessFiles: AccessFiles;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface Guest {
  /** Under which the others know it. */
  readonly number: number;
  /** It has everything: what is new goes to it at once. */
  level: boolean;
  /** The last entry it was given, or gave. */
  given: number;
  /** What it last showed. */
  shown: Uint8Array | undefined;
  /** It is being given the generation before. */
  looksBack: boolean;
  /** Batches it was sent; and how large they may be: pings wait behind them, and so would its answers. */
  batches: number;
  readonly pace: PartsConfirmed;
}

export class SealedRoom {
  readonly #log: SealedLog;
  readonly #door: RoomDoor;
  readonly #making: SnapshotMaking;
  readonly #guests = new Map<HubConnection, Guest>();
  readonly #clock: Clock;
  readonly #logger: Logger;
  #ready = false;
  #numbers = 0;
  #tellingLevel = false;

  constructor(options: SealedRoomOptions) {
    const { room, archive, clock, logger } = options;
    this.#clock = clock;
    this.#logger = logger;
    this.#log = new SealedLog({ room, archive, logger, onDurable: () => this.#tellLevelSoon() });
    this.#door = new RoomDoor({ ...options, admit: (connection) => this.#admit(connection) });
    this.#making = new SnapshotMaking({
      log: this.#log,
      able: () => this.#able(),
      givenTo: (connection) => this.#guests.get(connection)?.given ?? 0,
      clock,
      logger,
    });
  }

  get isEmpty(): boolean {
    return this.#guests.size === 0;
  }

  get size(): number {
    return this.#guests.size;
  }

  /** Reads the log and deals with what came meanwhile. Rejects if the archive cannot be read. */
  async load(): Promise<void> {
    await this.#door.load();
    await this.#log.load();
    this.#ready = true;
    for (const connection of this.#guests.keys()) this.#door.arrive(connection);
  }

  join(connection: HubConnection): void {
    const number = ++this.#numbers;
    const pace = new PartsConfirmed(this.#clock);
    const nothing = { level: false, given: 0, shown: undefined, looksBack: false, batches: 0 };
    this.#guests.set(connection, { number, pace, ...nothing });
    if (this.#ready) this.#door.arrive(connection);
  }

  leave(connection: HubConnection): void {
    const guest = this.#guests.get(connection);
    if (guest === undefined) return;
    this.#guests.delete(connection);
    this.#door.leave(connection);
    this.#making.left(connection);
    if (guest.shown !== undefined) this.#broadcast(goneFrame(guest.number), connection);
  }

  /** Returns the bytes that passing the frame on has cost. */
  receive(connection: HubConnection, frame: Buffer): number {
    if (!this.#ready) return keep(connection, frame);
    const parsed = readSealedFrame(frame);
    if (parsed === undefined) return refuse(connection, "malformed frame");
    return this.#door.receive(connection, parsed, frame) ?? this.#handle(connection, parsed);
  }

  async flush(): Promise<void> {
    await Promise.all([this.#log.flush(), this.#making.flush()]);
  }

  closeAll(code: number, reason: string): void {
    for (const connection of this.#guests.keys()) connection.close(code, reason);
  }

  destroy(): void {
    this.#making.stop();
    this.#door.destroy();
  }

  #admit(connection: HubConnection): void {
    for (const { number, shown } of this.#guests.values()) {
      if (shown !== undefined) connection.send(sealedPresenceFrame(number, shown));
    }
    for (const frame of connection.inbox.splice(0)) this.receive(connection, frame);
  }

  #handle(connection: HubConnection, frame: SealedFrame): number {
    const guest = this.#guests.get(connection);
    if (guest === undefined) return 0;
    switch (frame.type) {
      case "fetch":
        return this.#give(connection, guest, frame);
      case "update":
        return this.#append(connection, guest, frame);
      case "presence":
        return this.#show(connection, guest, frame.sealed);
      case "snapshot":
        if (!isSealed(frame.sealed)) return refuse(connection, "malformed snapshot");
        if (mayEdit(connection.role)) this.#making.take(connection, frame);
        return frame.sealed.length;
      case "fetch-earlier":
        void this.#giveEarlier(connection, guest);
        return 0;
      // Dealt with at the door; said by hosts only; or meant for a newer host.
      default:
        return 0;
    }
  }

  #give(connection: HubConnection, guest: Guest, asked: SealedFrame & { readonly type: "fetch" }): number {
    const log = this.#log;
    // Asking on says that all before has come.
    guest.pace.confirmed(guest.batches);
    const goesOn = log.accepts(asked);
    if (!goesOn) connection.send(beginFrame(log.id, log.snapshot));
    const start = { piece: 0, whole: false, covers: log.covers, seq: log.covers, log: log.id, mark: new Uint8Array() };
    const { pieces, entries, isAll } = log.after(goesOn ? asked : start, guest.pace.limit);
    for (const { index, sealed } of pieces) connection.send(pieceFrame(index, sealed));
    for (const { seq, sealed } of entries) connection.send(entryFrame(seq, sealed));
    guest.level = isAll;
    if (isAll) guest.given = log.newest;
    connection.send(isAll ? levelFrame(log.newest, log.durable) : moreFrame());
    if (isAll) this.#making.consider();
    const size = [...pieces, ...entries].reduce((sum, { sealed }) => sum + sealed.length, 0);
    guest.pace.gave(++guest.batches, size);
    return size;
  }

  #append(connection: HubConnection, guest: Guest, { number, sealed }: Update): number {
    if (!isSealed(sealed)) return refuse(connection, "malformed update");
    const reason = mayEdit(connection.role) ? this.#whyFull(sealed) : SEALED_REFUSALS[connection.role];
    if (reason !== undefined) {
      this.#logger.info("a change was refused", { role: connection.role, bytes: sealed.length });
      connection.tally.refusedChanges += 1;
      connection.send(refusedFrame(reason));
      return sealed.length;
    }
    const seq = this.#log.append(sealed);
    const frame = entryFrame(seq, sealed);
    connection.send(takenFrame(number, seq));
    if (guest.level) guest.given = seq;
    for (const [other, theirs] of this.#guests) {
      if (other === connection || !theirs.level || !mayRead(other.role)) continue;
      theirs.given = seq;
      other.send(frame);
    }
    this.#making.consider();
    return frame.length * this.#guests.size;
  }

  #whyFull(sealed: Uint8Array): string | undefined {
    return this.#log.bytes + sealed.length > SEALED_ROOM_LIMIT ? FULL : undefined;
  }

  #show(connection: HubConnection, guest: Guest, sealed: Uint8Array): number {
    if (!isSealed(sealed) || sealed.length > PRESENCE_LIMIT) return refuse(connection, "malformed presence");
    guest.shown = sealed;
    return this.#broadcast(sealedPresenceFrame(guest.number, sealed), connection);
  }

  /** Never rejects. */
  async #giveEarlier(connection: HubConnection, guest: Guest): Promise<void> {
    if (guest.looksBack) return;
    guest.looksBack = true;
    try {
      for await (const sealed of this.#log.earlier()) {
        while (connection.socket.bufferedAmount > HIGH_WATER) {
          await new Promise<void>((resolve) => this.#clock.after(DRAIN_POLL, resolve));
        }
        connection.send(earlierFrame(sealed));
      }
      connection.send(earlierFrame(new Uint8Array()));
    } catch (error) {
      this.#logger.error("the generation before could not be read", { error });
      connection.close(CLOSE.overloaded, "the class host cannot read what it keeps");
    }
    guest.looksBack = false;
  }

  /** Members who have everything and may write. */
  #able(): readonly HubConnection[] {
    return [...this.#guests]
      .filter(([{ role }, { level }]) => level && mayEdit(role))
      .map(([connection]) => connection);
  }

  #broadcast(frame: Uint8Array, except: HubConnection): number {
    for (const other of this.#guests.keys()) if (other !== except && mayRead(other.role)) other.send(frame);
    return frame.length * this.#guests.size;
  }

  /** Once per turn: one group commit makes many entries durable. */
  #tellLevelSoon(): void {
    if (this.#tellingLevel) return;
    this.#tellingLevel = true;
    queueMicrotask(() => {
      this.#tellingLevel = false;
      const frame = levelFrame(this.#log.newest, this.#log.durable);
      for (const [connection, { level }] of this.#guests) if (level) connection.send(frame);
    });
  }
}

type Update = SealedFrame & { readonly type: "update" };

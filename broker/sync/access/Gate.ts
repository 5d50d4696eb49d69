// Who has come through the door of one room, and with which role. A connection that promised to say who it is waits
// here until it has: what it sends before that is kept in order.

import { randomBytes } from "node:crypto";
import {
  accessFrame,
  cardsFrame,
  challengeFrame,
  deniedFrame,
  devicesFrame,
  notesFrame,
  refusedFrame,
  type AccessFrame,
} from "#shared/adapters/hub/accessFrames.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import type { PeerId, RoomId } from "#shared/base/ids.ts";
import { ms, seconds, type Milliseconds } from "#shared/base/units.ts";
import { CLOSE_ACCESS_CHANGED } from "#shared/contracts/host/hubProtocol.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { cleanName } from "#shared/presence/presence.ts";
import { CHALLENGE_BYTES, helloMessage } from "#shared/rooms/access/hello.ts";
import { mayEdit, mayManage, mayRead, mayRun, type Role } from "#shared/rooms/access/role.ts";
import { peerIdOf } from "#shared/rooms/deviceKey.ts";
import { isFounder } from "#shared/rooms/founding.ts";
import { CLOSE, type HubConnection } from "../HubConnection.ts";
import { DeviceList } from "./DeviceList.ts";
import type { RoomAccess } from "./RoomAccess.ts";
import type { RoomMoves } from "./RoomMoves.ts";
import { verifyDevice } from "./verifyDevice.ts";

/** How long a connection may take to say who it is. Then it is somebody unknown. */
export const HELLO_LIMIT: Milliseconds = seconds(10);
/** Teachers hear of devices at most this often. */
const DEVICES_PAUSE: Milliseconds = ms(300);

/** WebSocket close reasons have 123 bytes at most. */
const NOT_INVITED = "Only people who were let in may read this notebook. Ask its teacher.";

export interface GateOptions {
  readonly room: RoomId;
  readonly access: RoomAccess;
  readonly moves: RoomMoves;
  readonly clock: Clock;
  /** The connection may be dealt with now. */
  readonly admit: (connection: HubConnection) => void;
}

export class Gate {
  readonly #options: GateOptions;
  readonly #waiting = new Map<HubConnection, Dispose>();
  readonly #inside = new Set<HubConnection>();
  readonly #devices = new DeviceList();
  #cancelTelling: Dispose | undefined;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** A connection has come, and the room is ready. */
  arrive(connection: HubConnection): void {
    if (connection.hostName === undefined || connection.device !== undefined) {
      this.#admit(connection);
      return;
    }
    if (this.#waiting.has(connection)) return;
    connection.challenge ??= randomBytes(CHALLENGE_BYTES);
    connection.send(challengeFrame(connection.challenge));
    const cancel = this.#options.clock.after(HELLO_LIMIT, () => this.#settle(connection));
    this.#waiting.set(connection, cancel);
  }

  /** Whether the connection still has to say who it is. */
  awaits(connection: HubConnection): boolean {
    return this.#waiting.has(connection);
  }

  hello(connection: HubConnection, frame: AccessFrame & { readonly type: "identity" }): void {
    const { hostName: host, challenge } = connection;
    if (!this.#waiting.has(connection) || host === undefined || challenge === undefined) return;
    const { publicKey, signature } = frame;
    const message = helloMessage({ room: this.#options.room, host, challenge });
    if (!verifyDevice({ publicKey, message, signature })) {
      connection.send(refusedFrame("The class host could not check who you are."));
    } else {
      connection.device = { peer: peerIdOf(publicKey), publicKey, name: cleanName(frame.name) };
      this.#devices.see(connection.device);
      this.#tellDevices();
    }
    this.#settle(connection);
  }

  leave(connection: HubConnection): void {
    this.#waiting.get(connection)?.();
    this.#waiting.delete(connection);
    if (this.#inside.delete(connection) && connection.device !== undefined) this.#tellDevices();
  }

  /** The devices of which somebody in the room has proven to be them. */
  get here(): ReadonlySet<PeerId> {
    return new Set([...this.#inside].flatMap(({ device }) => device?.peer ?? []));
  }

  /** Takes what is said about members from somebody who has a say. Rejects when it cannot be stored. */
  async hear(connection: HubConnection, frame: AccessFrame & { readonly type: "access" }): Promise<void> {
    const { access } = this.#options;
    this.#recognise(connection, frame.founding);
    if (!hasSay(connection)) return;
    const shows = access.founding === undefined && connection.isFounder && frame.founding !== undefined;
    const isNews = shows && (await access.keepFounding(frame.founding));
    const taken = frame.statements.length === 0 ? [] : await access.take(frame.founding, frame.statements);
    if (!isNews && taken.length === 0) return;
    const news = accessFrame(access.founding, taken);
    for (const other of this.#inside) if (other.hostName !== undefined) other.send(news);
    for (const other of this.#inside) this.#changeRole(other, this.#roleOf(other));
  }

  /** Takes a device's card, or a founder's notes. Rejects when they cannot be stored. */
  async hearOfMove(
    connection: HubConnection,
    frame: AccessFrame & { readonly type: "cards" | "notes" },
  ): Promise<void> {
    const { device } = connection;
    if (device === undefined) return;
    const { moves } = this.#options;
    if (frame.type === "cards") {
      const [card] = frame.cards;
      if (card !== undefined && (await moves.takeCard(device, card))) this.#tellDevices();
      return;
    }
    if (!connection.isFounder) return;
    const taken = new Set(await moves.takeNotes(device, frame.notes));
    for (const other of this.#inside) if (other.device && taken.has(other.device.peer)) this.#giveNote(other);
  }

  destroy(): void {
    this.#cancelTelling?.();
    for (const cancel of this.#waiting.values()) cancel();
  }

  /** Whoever may do more or less with the document comes again, so that what was refused is given once more. */
  #changeRole(connection: HubConnection, role: Role): void {
    const same = mayEdit(role) === mayEdit(connection.role) && mayRun(role) === mayRun(connection.role);
    if (!same || !mayRead(role)) {
      connection.close(CLOSE_ACCESS_CHANGED, "what you may do has changed");
    } else if (role !== connection.role) {
      connection.role = role;
      if (mayManage(role)) this.#tellDevices();
    }
  }

  #settle(connection: HubConnection): void {
    this.#waiting.get(connection)?.();
    this.#waiting.delete(connection);
    this.#admit(connection);
  }

  #giveNote(connection: HubConnection): void {
    const note = this.#options.moves.noteFor(connection.device?.peer);
    if (note !== undefined) connection.send(notesFrame([note]));
  }

  #admit(connection: HubConnection): void {
    // Also to who is turned away: the room it is turned away from may be one that was left.
    this.#giveNote(connection);
    connection.role = this.#roleOf(connection);
    const { access } = this.#options;
    if (!mayRead(connection.role)) {
      turnAway(connection, access.statementsAbout(connection.device?.peer));
      return;
    }
    this.#inside.add(connection);
    if (connection.hostName !== undefined) connection.send(accessFrame(access.founding, access.statements));
    if (mayManage(connection.role)) this.#tellDevices();
    this.#options.admit(connection);
  }

  #roleOf({ device }: HubConnection): Role {
    return this.#options.access.roleOf(device?.peer);
  }

  /** Looked at before any signature is: checking those costs more than sending them. */
  #recognise(connection: HubConnection, founding: Uint8Array | undefined): void {
    const { room, access } = this.#options;
    const shown = access.founding ?? founding;
    if (connection.isFounder || shown === undefined || connection.device === undefined) return;
    connection.isFounder = isFounder(room, shown, connection.device.publicKey);
    if (connection.isFounder) this.#tellDevices();
  }

  /** Soon, once for many that come together. */
  #tellDevices(): void {
    this.#cancelTelling ??= this.#options.clock.after(DEVICES_PAUSE, () => {
      this.#cancelTelling = undefined;
      const here = new Set([...this.#inside].map(({ device }) => device?.peer));
      const frame = devicesFrame(this.#devices.tell((peer) => here.has(peer)));
      const cards = cardsFrame(this.#options.moves.cards);
      for (const connection of this.#inside) {
        if (hasSay(connection)) connection.send(frame);
        if (connection.isFounder) connection.send(cards);
      }
    });
  }
}

/** Whether the connection's device may say who may do what, as far as is known before its words are looked at. */
const hasSay = ({ role, isFounder: founded }: HubConnection): boolean => founded || mayManage(role);

/**
 * Stock clients print the reason and stay away; ours show it, and ask again now and then. Who was away when this was said
 * learns it here, in words signed by who said it.
 */
function turnAway(connection: HubConnection, statements: readonly Uint8Array[]): void {
  if (connection.hostName === undefined) connection.send(deniedFrame(NOT_INVITED));
  else if (statements.length > 0) connection.send(accessFrame(undefined, statements));
  connection.close(connection.hostName === undefined ? CLOSE.forbidden : CLOSE.policy, NOT_INVITED);
}

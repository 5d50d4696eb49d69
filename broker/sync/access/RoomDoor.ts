// What rooms of either kind do about who is in them: who may come in, and what members say about one another.

import type { AccessFrame } from "#shared/adapters/hub/accessFrames.ts";
import type { HubFrame } from "#shared/adapters/hub/hubFrames.ts";
import type { SealedFrame } from "#shared/adapters/hub/sealed/sealedFrames.ts";
import type { PeerId, RoomId } from "#shared/base/ids.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { mayRead } from "#shared/rooms/access/role.ts";
import { CLOSE, type HubConnection } from "../HubConnection.ts";
import { keep } from "../inbox.ts";
import type { AccessFiles } from "./AccessFiles.ts";
import { Gate } from "./Gate.ts";
import { RoomAccess } from "./RoomAccess.ts";
import { RoomMoves } from "./RoomMoves.ts";

/** Checking a signature takes as long as passing on so many bytes. */
export const SIGNATURE_COST = 16 * 1024;

export interface RoomDoorOptions {
  readonly room: RoomId;
  readonly accessFiles: AccessFiles;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The connection may be dealt with now. */
  readonly admit: (connection: HubConnection) => void;
}

export class RoomDoor {
  readonly access: RoomAccess;
  readonly #moves: RoomMoves;
  readonly #gate: Gate;
  readonly #logger: Logger;

  constructor({ room, accessFiles: files, clock, logger, admit }: RoomDoorOptions) {
    this.#logger = logger;
    this.access = new RoomAccess({ room, files, logger });
    this.#moves = new RoomMoves({ room, files, logger });
    this.#gate = new Gate({ room, access: this.access, moves: this.#moves, clock, admit });
  }

  /** Reads what was said. Rejects if it cannot be read. */
  async load(): Promise<void> {
    await Promise.all([this.access.load(), this.#moves.load()]);
  }

  /** A connection has come, and the room is ready. */
  arrive(connection: HubConnection): void {
    this.#gate.arrive(connection);
  }

  leave(connection: HubConnection): void {
    this.#gate.leave(connection);
  }

  /** The devices of which somebody in the room has proven to be them. */
  get here(): ReadonlySet<PeerId> {
    return this.#gate.here;
  }

  /**
   * Deals with a frame about who is who, and keeps those of connections that are not in yet. Returns the bytes that has
   * cost; undefined if the frame is for the room, from somebody who may be there.
   */
  receive(connection: HubConnection, parsed: HubFrame | SealedFrame, frame: Buffer): number | undefined {
    if (parsed.type === "identity") {
      this.#gate.hello(connection, parsed);
      return 0;
    }
    if (this.#gate.awaits(connection)) return keep(connection, frame);
    // Somebody who was turned away, and has not noticed yet.
    if (!mayRead(connection.role)) return 0;
    if (parsed.type === "access") return this.#hear(connection, parsed);
    if (parsed.type === "cards" || parsed.type === "notes") return this.#hearOfMove(connection, parsed);
    return undefined;
  }

  destroy(): void {
    this.#gate.destroy();
  }

  #hear(connection: HubConnection, frame: AccessFrame & { readonly type: "access" }): number {
    this.#gate.hear(connection, frame).catch((error: unknown) => {
      this.#logger.error("what a teacher said could not be stored", { error });
      connection.close(CLOSE.overloaded, "the class host cannot store this");
    });
    return frame.statements.length * SIGNATURE_COST;
  }

  #hearOfMove(connection: HubConnection, frame: Moving): number {
    this.#gate.hearOfMove(connection, frame).catch((error: unknown) => {
      this.#logger.error("what is needed for a new key could not be stored", { error });
    });
    return (frame.type === "cards" ? frame.cards : frame.notes).length * SIGNATURE_COST;
  }
}

type Moving = AccessFrame & { readonly type: "cards" | "notes" };

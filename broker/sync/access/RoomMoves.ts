// What is needed when a notebook gets a new key: the cards of devices that were in its room, and the notes that lead them
// to the new one. The host keeps both, for devices that are away; it can read neither.

import type { PeerId, RoomId } from "#shared/base/ids.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { peerIdOf } from "#shared/rooms/deviceKey.ts";
import { parseBoxCard } from "#shared/rooms/moving/boxKey.ts";
import { MOVE_NOTES_LIMIT } from "#shared/rooms/moving/moveLimits.ts";
import { parseMoveNote } from "#shared/rooms/moving/moveNote.ts";
import type { AccessFiles, StoredMoves } from "./AccessFiles.ts";
import type { Device } from "./DeviceList.ts";
import { verifyDevice } from "./verifyDevice.ts";

export interface RoomMovesOptions {
  readonly room: RoomId;
  readonly files: AccessFiles;
  readonly logger: Logger;
}

export class RoomMoves {
  readonly #options: RoomMovesOptions;
  readonly #cards = new Map<PeerId, Uint8Array>();
  readonly #notes = new Map<PeerId, Uint8Array>();
  #storing: Promise<void> = Promise.resolve();

  constructor(options: RoomMovesOptions) {
    this.#options = options;
  }

  /** What cannot be read is left out: a device that comes again gives its card again. */
  async load(): Promise<void> {
    const { cards, notes } = await this.#options.files.readMoves(this.#options.room);
    for (const bytes of cards) {
      const card = parseBoxCard(bytes);
      if (card !== undefined) this.#cards.set(peerIdOf(card.device), bytes);
    }
    for (const bytes of notes) {
      const note = parseMoveNote(bytes);
      if (note?.from === this.#options.room) this.#notes.set(note.to, bytes);
    }
  }

  get cards(): readonly Uint8Array[] {
    return [...this.#cards.values()];
  }

  noteFor(peer: PeerId | undefined): Uint8Array | undefined {
    return peer === undefined ? undefined : this.#notes.get(peer);
  }

  /** A device gives its card; true if that is news. Resolves when it is stored. */
  async takeCard(device: Device, bytes: Uint8Array): Promise<boolean> {
    const card = parseBoxCard(bytes);
    const known = this.#cards.get(device.peer);
    if (card === undefined || (known !== undefined && Buffer.compare(known, bytes) === 0)) return false;
    if (Buffer.compare(card.device, device.publicKey) !== 0) return false;
    if (!verifyDevice({ publicKey: card.device, message: card.message, signature: card.signature })) return false;
    this.#cards.delete(device.peer);
    this.#cards.set(device.peer, bytes);
    const [oldest] = this.#cards.keys();
    if (this.#cards.size > MOVE_NOTES_LIMIT && oldest !== undefined) this.#cards.delete(oldest);
    await this.#store();
    return true;
  }

  /** The founder gives notes; those that are good, by whom they are for. Resolves when they are stored. */
  async takeNotes(founder: Device, given: readonly Uint8Array[]): Promise<readonly PeerId[]> {
    const taken: PeerId[] = [];
    for (const bytes of given) {
      const note = parseMoveNote(bytes);
      if (note?.from !== this.#options.room || Buffer.compare(note.by, founder.publicKey) !== 0) continue;
      if (!verifyDevice({ publicKey: note.by, message: note.message, signature: note.signature })) continue;
      if (this.#notes.size >= MOVE_NOTES_LIMIT && !this.#notes.has(note.to)) break;
      this.#notes.set(note.to, bytes);
      taken.push(note.to);
    }
    if (taken.length > 0) await this.#store();
    return taken;
  }

  /** One after the other: the last one written is the newest. */
  #store(): Promise<void> {
    const { room, files } = this.#options;
    const stored = this.#storing.then(() => {
      const moves: StoredMoves = { cards: this.cards, notes: [...this.#notes.values()] };
      return files.writeMoves(room, moves);
    });
    this.#storing = stored.catch((error: unknown) => {
      this.#options.logger.error("who is in a room could not be noted", { room, error });
    });
    return stored;
  }
}

// The way of one open notebook into another room, when its founder gives it a new key: writing the notes that lead there,
// and following one. Little of it is ever needed, so it is loaded then.

import type { Dispose } from "../../base/dispose.ts";
import { messageOf } from "../../base/errors.ts";
import type { PeerId, RoomId } from "../../base/ids.ts";
import { seconds, type Milliseconds } from "../../base/units.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { AccessBoard } from "../../ports/AccessBoard.ts";
import type { Clock } from "../../ports/Clock.ts";
import type { Logger } from "../../ports/Logger.ts";
import type { Settings } from "../../ports/Settings.ts";
import type { Signer } from "../../ports/Signer.ts";
import { peerIdOf } from "../../rooms/deviceKey.ts";
import { foundingOf, isFounder } from "../../rooms/founding.ts";
import type { BoxCard } from "../../rooms/moving/boxKey.ts";
import type { RoomRef } from "../../rooms/roomLink.ts";
import { trueWithin } from "../history/trueWithin.ts";

/** A page gives its card once it has started, which takes 8 s at most, and its host has heard it. */
const CARD_PATIENCE: Milliseconds = seconds(15);

export interface NotebookMovesOptions {
  readonly room: RoomRef;
  readonly signer: Signer;
  readonly settings: Settings;
  readonly logger: Logger;
}

export class NotebookMoves {
  readonly #options: NotebookMovesOptions;
  readonly #movedTo = new Value<RoomRef | undefined>(undefined);
  readonly #entered = new Value<RoomId | undefined>(undefined);
  readonly #canFollow = new Value<ReadonlySet<PeerId>>(new Set());
  #board: AccessBoard | undefined;
  #stops: readonly Dispose[] = [];

  constructor(options: NotebookMovesOptions) {
    this.#options = options;
  }

  /** The room a note of the founder leads to; undefined while there is none. */
  get movedTo(): Readable<RoomRef | undefined> {
    return this.#movedTo;
  }

  /** The room the notebook has now, once it is open and holds everything of this one. */
  get entered(): Readable<RoomId | undefined> {
    return this.#entered;
  }

  /** Devices whose cards are here, which only its founder is told: all others would be left behind by a new key. */
  get canFollow(): Readable<ReadonlySet<PeerId>> {
    return this.#canFollow;
  }

  enter(room: RoomId): void {
    this.#entered.set(room);
  }

  follow(board: AccessBoard): void {
    this.#board = board;
    this.#stops = [
      board.notes.subscribe(() => void this.#read(board.notes.get())),
      board.cards.subscribe(() => void this.#readCards(board.cards.get())),
    ];
    if (board.cards.get().length > 0) void this.#readCards(board.cards.get());
  }

  /** Notes that lead every device that was here, and may stay, to `next`. Waits for the cards of those that have just come. */
  async notesTo(next: RoomRef, mayStay: (peer: PeerId) => boolean, clock: Clock): Promise<readonly Uint8Array[]> {
    const { room, signer } = this.#options;
    const [{ parseBoxCard }, { writeMoveNote }] = await Promise.all([
      import("../../rooms/moving/boxKey.ts"),
      import("../../rooms/moving/moveNote.ts"),
    ]);
    const board = this.#board;
    if (board !== undefined) {
      const here = board.devices.get().filter((one) => one.here && one.peer !== signer.peer && mayStay(one.peer));
      const haveGiven = (cards: readonly Uint8Array[]): boolean => {
        const known = cards.map((bytes) => parseBoxCard(bytes));
        const givers = new Set(known.map((card) => card && peerIdOf(card.device)));
        return here.every(({ peer }) => givers.has(peer));
      };
      await trueWithin(board.cards, haveGiven, clock, CARD_PATIENCE);
    }
    const notes: Uint8Array[] = [];
    for (const card of await this.#soundCards(board?.cards.get() ?? [])) {
      const to = peerIdOf(card.device);
      if (!mayStay(to)) continue;
      const order = { from: room.id, to, box: card.box, room: next, by: signer.publicKey };
      notes.push(await writeMoveNote({ ...order, sign: (message) => signer.sign(message) }));
    }
    return notes;
  }

  /** False if the host cannot be reached now. */
  publish(notes: readonly Uint8Array[]): boolean {
    return this.#board?.publishNotes(notes) ?? false;
  }

  close(): void {
    for (const stop of this.#stops) stop();
  }

  /** Never rejects. */
  async #readCards(given: readonly Uint8Array[]): Promise<void> {
    try {
      const sound = await this.#soundCards(given);
      // While they were verified others may have come.
      if (this.#board?.cards.get() === given) this.#canFollow.set(new Set(sound.map(({ device }) => peerIdOf(device))));
    } catch (error) {
      this.#options.logger.warn("the cards of this notebook's devices could not be read", { error: messageOf(error) });
    }
  }

  /** Those that their devices signed: else the host could give a box of its own for somebody else's. */
  async #soundCards(given: readonly Uint8Array[]): Promise<readonly BoxCard[]> {
    const { parseBoxCard } = await import("../../rooms/moving/boxKey.ts");
    const sound: BoxCard[] = [];
    for (const bytes of given) {
      const card = parseBoxCard(bytes);
      if (card === undefined) continue;
      if (await this.#options.signer.verify(card.device, card.message, card.signature)) sound.push(card);
    }
    return sound;
  }

  /** Never rejects. */
  async #read(given: readonly Uint8Array[]): Promise<void> {
    const { room, signer, settings, logger } = this.#options;
    try {
      const [{ openMoveNote, parseMoveNote }, { ownBox }] = await Promise.all([
        import("../../rooms/moving/moveNote.ts"),
        import("./ownBox.ts"),
      ]);
      for (const bytes of given) {
        const note = parseMoveNote(bytes);
        if (note?.from !== room.id || note.to !== signer.peer) continue;
        // Only the founder may lead anybody anywhere.
        if (!isFounder(room.id, foundingOf(room.secret), note.by)) continue;
        if (!(await signer.verify(note.by, note.message, note.signature))) continue;
        const next = openMoveNote(note, ownBox(settings));
        if (next !== undefined && next.id !== room.id) this.#movedTo.set(next);
      }
    } catch (error) {
      logger.warn("a note of a new key could not be read", { error: messageOf(error) });
    }
  }
}

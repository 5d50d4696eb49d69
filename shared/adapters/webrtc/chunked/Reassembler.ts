import { ms, type Milliseconds } from "../../../base/units.ts";
import {
  MESSAGE_LIMIT,
  OPEN_MESSAGES_LIMIT,
  PIECE_BYTES,
  PIECE_PATIENCE,
  WAITING_BYTES_LIMIT,
  type ChunkFrame,
} from "./chunks.ts";

type Piece = ChunkFrame & { readonly type: "piece" };

interface OpenMessage {
  readonly count: number;
  readonly pieces: Uint8Array[];
  bytes: number;
  lastPieceAt: Milliseconds;
}

/** What a piece led to. `violation`: no peer of ours sends this; the link is to be given up. */
export type Reassembly =
  | { readonly outcome: "waiting" }
  | { readonly outcome: "complete"; readonly message: Uint8Array<ArrayBuffer> }
  | { readonly outcome: "violation"; readonly why: string };

/** Puts together what one peer sends in pieces, within limits that a hostile one cannot stretch. */
export class Reassembler {
  readonly #open = new Map<number, OpenMessage>();
  #waitingBytes = 0;

  /** `now` is monotonic. */
  add(piece: Piece, now: Milliseconds): Reassembly {
    this.#dropStale(now);
    const why = this.#violation(piece);
    if (why !== undefined) return { outcome: "violation", why };
    const open = this.#open.get(piece.id) ?? { count: piece.count, pieces: [], bytes: 0, lastPieceAt: now };
    this.#open.set(piece.id, open);
    // Copied: the frame may be a view of a buffer that its owner uses again.
    open.pieces.push(piece.content.slice());
    open.bytes += piece.content.length;
    open.lastPieceAt = now;
    this.#waitingBytes += piece.content.length;
    if (open.pieces.length < open.count) return { outcome: "waiting" };
    this.#drop(piece.id, open);
    return { outcome: "complete", message: joined(open) };
  }

  /** Bytes that wait for the rest of their messages. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Data channels keep the order, so a piece that is not the next one is a fault of the sender. */
  #violation(piece: Piece): string | undefined {
    const open = this.#open.get(piece.id);
    if (piece.count < 1 || piece.count > MESSAGE_LIMIT / PIECE_BYTES + 1) return "a message is too large";
    if (piece.content.length > PIECE_BYTES) return "a piece is too large";
    if (piece.index !== (open?.pieces.length ?? 0)) return "a piece is out of order";
    if (open !== undefined && open.count !== piece.count) return "a message changed its size";
    if (open === undefined && this.#open.size >= OPEN_MESSAGES_LIMIT) return "too many messages are incomplete";
    if (this.#waitingBytes + piece.content.length > WAITING_BYTES_LIMIT) return "too many bytes wait";
    return undefined;
  }

  #dropStale(now: Milliseconds): void {
    for (const [id, open] of this.#open) if (now - open.lastPieceAt > ms(PIECE_PATIENCE)) this.#drop(id, open);
  }

  #drop(id: number, open: OpenMessage): void {
    this.#open.delete(id);
    this.#waitingBytes -= open.bytes;
  }
}

function joined({ pieces, bytes }: OpenMessage): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(bytes);
  let at = 0;
  for (const piece of pieces) {
    message.set(piece, at);
    at += piece.length;
  }
  return message;
}

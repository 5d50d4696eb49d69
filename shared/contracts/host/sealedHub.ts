// The wire of a blind host: `ws://host/sync/<roomId>` as always, in frames of its own that carry sealed bytes. The host
// puts what members send in order, stores it, and passes it on; it cannot read it (see shared/rooms/RoomSealer.ts).
//
// Which of the two a host speaks is settled in the WebSocket handshake, before a client has said anything: clients offer
// both subprotocols, a host takes one. A client that offers none is a stock one, which a blind host refuses.
//
// Positions. A room's log is numbered from 1. Of it the host keeps a snapshot, made by a member, of everything up to
// `covers`, and every entry since. A client says how far it is and is sent what follows, about as much at a time as its
// line carries in a second; after `MORE` it asks on, after `LEVEL` it has everything and is sent what is new at once.

/** Subprotocol of a host that reads what it stores: y-websocket's frames. */
export const HUB_PLAIN = "meshbook.plain";
/** Subprotocol of a blind host. */
export const HUB_SEALED = "meshbook.sealed";

/** What a class host does: reads what it stores, or not. `unknown` until it has been reached. */
export type HubMode = "unknown" | "plain" | "sealed";

/**
 * Client → host: how far it is. The log's id (or no bytes), the number its snapshot covers, the next piece of it, whether
 * it has all pieces, the last entry it has, and that entry's mark (or no bytes).
 */
export const FRAME_SEALED_FETCH = 120;
/** Host → client: what you have is of no use here; forget it and begin. Log's id, what the snapshot covers, its pieces, bytes. */
export const FRAME_SEALED_BEGIN = 121;
/** Host → client: index of a piece of the snapshot, and the piece. */
export const FRAME_SEALED_PIECE = 122;
/** Host → client: number of an entry, and the entry. */
export const FRAME_SEALED_ENTRY = 123;
/** Host → client: there is more; ask on. */
export const FRAME_SEALED_MORE = 124;
/** Host → client: you have everything up to the first number; everything up to the second is on the disk. */
export const FRAME_SEALED_LEVEL = 125;
/** Client → host: a number of the client's own, and an update for the log. */
export const FRAME_SEALED_UPDATE = 126;
/** Host → client: the update of that number is the entry of that number. */
export const FRAME_SEALED_TAKEN = 127;
/** Presence. Client → host: sealed. Host → client: number of the connection it is from, sealed. Never stored. */
export const FRAME_SEALED_PRESENCE = 128;
/** Host → client: that connection is gone. */
export const FRAME_SEALED_GONE = 129;
/** Host → client: the log is long; please make a snapshot. */
export const FRAME_SEALED_WANTED = 130;
/** Client → host: what the snapshot covers, index of this piece, whether it is the last, the piece. */
export const FRAME_SEALED_SNAPSHOT = 131;
/** Client → host: the generation before the present snapshot, please. */
export const FRAME_SEALED_FETCH_EARLIER = 132;
/** Host → client: a piece or an entry of that generation; no more of it when empty. */
export const FRAME_SEALED_EARLIER = 133;

/**
 * Bytes of an update or a piece, about, where there are more to give. A message comes whole or not at all: at 10 KB a second
 * this takes 7 s, and after 15 s of silence one side asks anew for what is on its way. Larger ones cost less on a quick line:
 * 20 MB leave in 0.9 s by 512 KiB and in 1.3 s by this.
 */
export const SEALED_PART = 64 * 1024;
/** Bytes of a log's id. */
export const LOG_ID_BYTES = 16;

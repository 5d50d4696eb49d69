// What every room of the hub does with frames that it cannot deal with, or not yet.

import { HUB_FRAME_LIMIT } from "#shared/contracts/host/hubProtocol.ts";
import { CLOSE, type HubConnection } from "./HubConnection.ts";

/** Frames, and their bytes, that a client may send before it is let in: a question, an answer, presence. */
const INBOX_LIMIT = 256;
const INBOX_BYTES = HUB_FRAME_LIMIT;

/** Keeps a frame until it can be dealt with. Nobody needs to say much before it was let in. */
export function keep(connection: HubConnection, frame: Buffer): number {
  const { inbox } = connection;
  const size = inbox.reduce((sum, kept) => sum + kept.length, frame.length);
  if (inbox.length >= INBOX_LIMIT || size > INBOX_BYTES) return refuse(connection, "too much before saying who it is");
  inbox.push(frame);
  return 0;
}

/** Others must not suffer from what one client sends, nor hear of it. Costs nothing to pass on. */
export function refuse(connection: HubConnection, reason: string): number {
  connection.close(CLOSE.malformed, reason);
  return 0;
}

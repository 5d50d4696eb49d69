// A notebook that gets a new key gets a new room: everything that is derived from the key (names on brokers, passwords of
// links, what seals) and the address at the host change together, and nothing of the old one leads there. Whoever stays is
// told by a note, one for each device, which only that device can open and only the founder of the old room can write.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { PeerId, RoomId } from "../../base/ids.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../deviceKey.ts";
import { asRoomSecret, ROOM_SECRET_BYTES } from "../roomKeys.ts";
import type { RoomRef } from "../roomLink.ts";
import { openBox, sealTo, type BoxKey } from "./boxKey.ts";
import { MOVE_NOTE_LIMIT } from "./moveLimits.ts";

export interface MoveNote {
  /** The room that is left. */
  readonly from: RoomId;
  /** The device it is for. */
  readonly to: PeerId;
  /** Public key of who writes it. */
  readonly by: Uint8Array;
  /** Where to, for that device only. */
  readonly boxed: Uint8Array;
}

export interface SignedMoveNote extends MoveNote {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
  readonly bytes: Uint8Array;
}

const PURPOSE = "meshbook/1/moved";

export interface MoveOrder {
  readonly from: RoomId;
  readonly to: PeerId;
  readonly box: Uint8Array;
  readonly room: RoomRef;
  readonly by: Uint8Array;
  readonly sign: (message: Uint8Array) => Promise<Uint8Array>;
}

export async function writeMoveNote({ from, to, box, room, by, sign }: MoveOrder): Promise<Uint8Array> {
  const inside = encoding.createEncoder();
  encoding.writeVarString(inside, room.id);
  encoding.writeUint8Array(inside, room.secret);
  const boxed = sealTo(box, contextOf(from, to), encoding.toUint8Array(inside));
  const body = encodeBody({ from, to, by, boxed });
  const signature = await sign(body);
  const bytes = new Uint8Array(SIGNATURE_BYTES + body.length);
  bytes.set(signature);
  bytes.set(body, SIGNATURE_BYTES);
  return bytes;
}

/** Reads a note; undefined if it is none. Its signature is not checked. */
export function parseMoveNote(bytes: Uint8Array): SignedMoveNote | undefined {
  if (bytes.length <= SIGNATURE_BYTES || bytes.length > MOVE_NOTE_LIMIT) return undefined;
  const message = bytes.subarray(SIGNATURE_BYTES);
  try {
    const decoder = decoding.createDecoder(message);
    const purpose = decoding.readVarString(decoder);
    const from = RoomId.parse(decoding.readVarString(decoder));
    const to = PeerId.parse(decoding.readVarString(decoder));
    const by = decoding.readUint8Array(decoder, PUBLIC_KEY_BYTES).slice();
    const boxed = decoding.readTailAsUint8Array(decoder).slice();
    if (purpose !== PURPOSE || from === undefined || to === undefined) return undefined;
    return { from, to, by, boxed, message, signature: bytes.subarray(0, SIGNATURE_BYTES), bytes };
  } catch {
    return undefined;
  }
}

/** The new room, if the note is for this device. */
export function openMoveNote({ from, to, boxed }: MoveNote, key: BoxKey): RoomRef | undefined {
  const inside = openBox(key, contextOf(from, to), boxed);
  if (inside === undefined) return undefined;
  try {
    const decoder = decoding.createDecoder(inside);
    const id = RoomId.parse(decoding.readVarString(decoder));
    const secret = decoding.readUint8Array(decoder, ROOM_SECRET_BYTES).slice();
    return id === undefined ? undefined : { id, secret: asRoomSecret(secret) };
  } catch {
    return undefined;
  }
}

function encodeBody({ from, to, by, boxed }: MoveNote): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, from, to]) encoding.writeVarString(encoder, text);
  encoding.writeUint8Array(encoder, by);
  encoding.writeUint8Array(encoder, boxed);
  return encoding.toUint8Array(encoder);
}

const contextOf = (from: RoomId, to: PeerId): Uint8Array => new TextEncoder().encode(`${PURPOSE}\n${from}\n${to}`);

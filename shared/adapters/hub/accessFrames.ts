// The frames about who may do what, as values (see contracts/host/hubProtocol.ts). Readers cap everything and throw on what is
// cut short; `readHubFrame` turns that into "malformed".

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  FRAME_ACCESS,
  FRAME_AUTH,
  FRAME_CARDS,
  FRAME_CHALLENGE,
  FRAME_DEVICES,
  FRAME_HELLO,
  FRAME_NOTES,
  FRAME_REFUSED,
} from "../../contracts/host/hubProtocol.ts";
import { MEMBER_NAME_LIMIT, STATEMENT_LIMIT, STATEMENTS_LIMIT } from "../../rooms/access/statement.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../rooms/deviceKey.ts";
import { BOX_CARD_BYTES, MOVE_NOTE_LIMIT, MOVE_NOTES_LIMIT } from "../../rooms/moving/moveLimits.ts";
import { FOUNDING_BYTES } from "../../rooms/founding.ts";

/** A device that has proven its key to the host. */
export interface SeenDevice {
  readonly publicKey: Uint8Array;
  /** As it calls itself. */
  readonly name: string;
  readonly here: boolean;
}

export type AccessFrame =
  | { readonly type: "challenge"; readonly challenge: Uint8Array }
  | { readonly type: "identity"; readonly publicKey: Uint8Array; readonly signature: Uint8Array; readonly name: string }
  | { readonly type: "access"; readonly founding: Uint8Array | undefined; readonly statements: readonly Uint8Array[] }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "devices"; readonly devices: readonly SeenDevice[] }
  | { readonly type: "cards"; readonly cards: readonly Uint8Array[] }
  | { readonly type: "notes"; readonly notes: readonly Uint8Array[] };

/** Devices one frame tells of. */
export const DEVICES_LIMIT = 500;
const CHALLENGE_LIMIT = 64;
const REASON_LIMIT = 500;
/** y-protocols/auth: the only message there is. */
const PERMISSION_DENIED = 0;

/** The frame of this type that follows, or undefined if the type is none of these. @throws Error on malformed frames */
export function readAccessFrame(type: number, decoder: decoding.Decoder): AccessFrame | undefined {
  switch (type) {
    case FRAME_CHALLENGE:
      return { type: "challenge", challenge: readCapped(decoder, CHALLENGE_LIMIT) };
    case FRAME_HELLO: {
      const publicKey = readCapped(decoder, PUBLIC_KEY_BYTES);
      const signature = readCapped(decoder, SIGNATURE_BYTES);
      return { type: "identity", publicKey, signature, name: readName(decoder) };
    }
    case FRAME_ACCESS: {
      const founding = readCapped(decoder, FOUNDING_BYTES);
      const statements = readMany(decoder, STATEMENTS_LIMIT, () => readCapped(decoder, STATEMENT_LIMIT));
      return { type: "access", founding: founding.length === FOUNDING_BYTES ? founding : undefined, statements };
    }
    case FRAME_REFUSED:
      return { type: "refused", reason: decoding.readVarString(decoder).slice(0, REASON_LIMIT) };
    case FRAME_DEVICES: {
      const devices = readMany(decoder, DEVICES_LIMIT, () => {
        const publicKey = readCapped(decoder, PUBLIC_KEY_BYTES);
        return { publicKey, name: readName(decoder), here: decoding.readUint8(decoder) === 1 };
      });
      return { type: "devices", devices };
    }
    case FRAME_CARDS:
      return { type: "cards", cards: readMany(decoder, DEVICES_LIMIT, () => readCapped(decoder, BOX_CARD_BYTES)) };
    case FRAME_NOTES:
      return { type: "notes", notes: readMany(decoder, MOVE_NOTES_LIMIT, () => readCapped(decoder, MOVE_NOTE_LIMIT)) };
    default:
      return undefined;
  }
}

export function challengeFrame(challenge: Uint8Array): Frame {
  return frame(FRAME_CHALLENGE, (encoder) => encoding.writeVarUint8Array(encoder, challenge));
}

export function helloFrame(publicKey: Uint8Array, signature: Uint8Array, name: string): Frame {
  return frame(FRAME_HELLO, (encoder) => {
    encoding.writeVarUint8Array(encoder, publicKey);
    encoding.writeVarUint8Array(encoder, signature);
    encoding.writeVarString(encoder, name.slice(0, MEMBER_NAME_LIMIT));
  });
}

export function accessFrame(founding: Uint8Array | undefined, statements: readonly Uint8Array[]): Frame {
  return frame(FRAME_ACCESS, (encoder) => {
    encoding.writeVarUint8Array(encoder, founding ?? new Uint8Array());
    encoding.writeVarUint(encoder, statements.length);
    for (const statement of statements) encoding.writeVarUint8Array(encoder, statement);
  });
}

export function refusedFrame(reason: string): Frame {
  return frame(FRAME_REFUSED, (encoder) => encoding.writeVarString(encoder, reason));
}

/** What a stock client understands (y-protocols/auth): it prints the reason. */
export function deniedFrame(reason: string): Frame {
  return frame(FRAME_AUTH, (encoder) => {
    encoding.writeVarUint(encoder, PERMISSION_DENIED);
    encoding.writeVarString(encoder, reason);
  });
}

export function devicesFrame(devices: readonly SeenDevice[]): Frame {
  return frame(FRAME_DEVICES, (encoder) => {
    encoding.writeVarUint(encoder, devices.length);
    for (const { publicKey, name, here } of devices) {
      encoding.writeVarUint8Array(encoder, publicKey);
      encoding.writeVarString(encoder, name.slice(0, MEMBER_NAME_LIMIT));
      encoding.writeUint8(encoder, here ? 1 : 0);
    }
  });
}

export const cardsFrame = (cards: readonly Uint8Array[]): Frame => listFrame(FRAME_CARDS, cards);
export const notesFrame = (notes: readonly Uint8Array[]): Frame => listFrame(FRAME_NOTES, notes);

type Frame = Uint8Array<ArrayBuffer>;

function listFrame(type: number, items: readonly Uint8Array[]): Frame {
  return frame(type, (encoder) => {
    encoding.writeVarUint(encoder, items.length);
    for (const item of items) encoding.writeVarUint8Array(encoder, item);
  });
}

function frame(type: number, write: (encoder: encoding.Encoder) => void): Frame {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, type);
  write(encoder);
  return encoding.toUint8Array(encoder);
}

function readCapped(decoder: decoding.Decoder, limit: number): Uint8Array {
  const bytes = decoding.readVarUint8Array(decoder);
  if (bytes.length > limit) throw new Error("a field is too long");
  // A copy: the frame's buffer may be large, and belongs to the socket.
  return bytes.slice();
}

function readName(decoder: decoding.Decoder): string {
  const name = decoding.readVarString(decoder);
  if (name.length > MEMBER_NAME_LIMIT) throw new Error("a name is too long");
  return name;
}

function readMany<T>(decoder: decoding.Decoder, limit: number, read: () => T): readonly T[] {
  const count = decoding.readVarUint(decoder);
  if (count > limit) throw new Error("a list is too long");
  return Array.from({ length: count }, read);
}

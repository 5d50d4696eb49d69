// What peers send one another over data channels, in y-webrtc's framing.

import type { Awareness } from "y-protocols/awareness";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import {
  foreignEntries,
  readAwarenessUpdate,
  writeAwarenessUpdate,
  type AwarenessEntry,
} from "../../presence/cleanAwareness.ts";
import { isAccessMessage } from "./access/accessMessages.ts";
import { isPost } from "./mesh/SignalPost.ts";

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;

const ASK = 0;
const ANSWER = 1;
const UPDATE = 2;

/** Ours, between peers that ask in parts. y-webrtc has no types as high. */
const PART = 81;
const NEWS = 82;

type Bytes = Uint8Array<ArrayBuffer>;
/** Chooses whose presence is listened to. */
type Admit = (entries: readonly AwarenessEntry[]) => readonly AwarenessEntry[];

/** What peers say of the document, as values. */
export type DocumentMessage =
  /** `limit`: bytes that the asker takes at a time; undefined for stock peers, which take everything at once. */
  | { readonly type: "ask"; readonly stateVector: Uint8Array; readonly limit: number | undefined }
  | { readonly type: "answer"; readonly update: Uint8Array }
  | { readonly type: "update"; readonly update: Uint8Array }
  /** The next of what was asked for; `left`: about how many bytes are left with these. */
  | { readonly type: "part"; readonly left: number; readonly update: Uint8Array }
  /** "I have something new, too large to be sent unasked." */
  | { readonly type: "news" };

/** Undefined for a message about something else. @throws Error if it is cut short */
export function readDocumentMessage(message: Uint8Array): DocumentMessage | undefined {
  const decoder = decoding.createDecoder(message);
  switch (decoding.readVarUint(decoder)) {
    case SYNC:
      return readSync(decoder);
    case PART:
      return { type: "part", left: decoding.readVarUint(decoder), update: decoding.readTailAsUint8Array(decoder) };
    case NEWS:
      return { type: "news" };
    default:
      return undefined;
  }
}

function readSync(decoder: decoding.Decoder): DocumentMessage | undefined {
  switch (decoding.readVarUint(decoder)) {
    case ASK: {
      const stateVector = decoding.readVarUint8Array(decoder);
      const limit = decoding.hasContent(decoder) ? decoding.readVarUint(decoder) : undefined;
      return { type: "ask", stateVector, limit };
    }
    case ANSWER:
      return { type: "answer", update: decoding.readVarUint8Array(decoder) };
    case UPDATE:
      return { type: "update", update: decoding.readVarUint8Array(decoder) };
    default:
      return undefined;
  }
}

/** Asks for everything that a replica with this state vector lacks, in parts of `limit` bytes where the peer gives parts. */
export function askMessage(stateVector: Uint8Array, limit?: number): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, ASK);
  encoding.writeVarUint8Array(encoder, stateVector);
  if (limit !== undefined) encoding.writeVarUint(encoder, limit);
  return encoding.toUint8Array(encoder);
}

export function partMessage(update: Uint8Array, left: number): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, PART);
  encoding.writeVarUint(encoder, left);
  encoding.writeUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

export const newsMessage = (): Bytes => new Uint8Array([NEWS]);
export const answerMessage = (update: Uint8Array): Bytes => syncMessage(ANSWER, update);
export const updateMessage = (update: Uint8Array): Bytes => syncMessage(UPDATE, update);

function syncMessage(kind: number, update: Uint8Array): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, kind);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

export function queryAwarenessMessage(): Bytes {
  return new Uint8Array([QUERY_AWARENESS]);
}

/** Says over a link that we have left it. Our own presence stays as it is: we may be reached by other ways. */
export function goodbyeMessage(awareness: Awareness): Bytes {
  const client = awareness.clientID;
  const clock = (awareness.meta.get(client)?.clock ?? 0) + 1;
  return awarenessMessage(writeAwarenessUpdate([{ client, clock, state: undefined }]));
}

function awarenessMessage(update: Uint8Array): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, AWARENESS);
  encoding.writeVarUint8Array(encoder, update);
  return encoding.toUint8Array(encoder);
}

export function isAwareness(message: Uint8Array): boolean {
  return message[0] === AWARENESS;
}

/** The update of y-protocols in a message about presence; undefined for other messages. @throws Error if it is cut short */
export function presenceUpdateOf(message: Uint8Array): Uint8Array | undefined {
  const decoder = decoding.createDecoder(message);
  return decoding.readVarUint(decoder) === AWARENESS ? decoding.readVarUint8Array(decoder) : undefined;
}

/** Whether it answers our question for what we lack. */
export function isAnswer(message: Uint8Array): boolean {
  return message[0] === SYNC && message[1] === ANSWER;
}

/**
 * What may be read of a message that came over a link: updates and signals as they are, presence without what speaks for
 * us (`own`), and nothing else. In particular not the message by which tabs of one browser greet each other: over a link it
 * would make us ignore whichever peers a hostile one names.
 */
export function cleanMessage(message: Bytes, own: number, admit: Admit = (entries) => entries): Bytes | undefined {
  switch (message[0]) {
    case SYNC:
    case PART:
    case NEWS:
    case QUERY_AWARENESS:
      return message;
    case AWARENESS:
      return cleanAwareness(message, own, admit);
    default:
      return isPost(message) || isAccessMessage(message) ? message : undefined;
  }
}

function cleanAwareness(message: Bytes, own: number, admit: Admit): Bytes | undefined {
  try {
    const update = presenceUpdateOf(message);
    const entries = update && readAwarenessUpdate(update);
    if (entries === undefined) return undefined;
    return awarenessMessage(writeAwarenessUpdate(admit(foreignEntries(entries, own))));
  } catch {
    return undefined;
  }
}

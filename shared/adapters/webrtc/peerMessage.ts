// What peers send one another over data channels, in y-webrtc's framing.

import type { Awareness } from "y-protocols/awareness";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { foreignEntries, readAwarenessUpdate, writeAwarenessUpdate } from "../../presence/cleanAwareness.ts";

const SYNC = 0;
const AWARENESS = 1;
const QUERY_AWARENESS = 3;

const ASK = 0;
const ANSWER = 1;

type Bytes = Uint8Array<ArrayBuffer>;

export function askMessage(stateVector: Uint8Array): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, SYNC);
  encoding.writeVarUint(encoder, ASK);
  encoding.writeVarUint8Array(encoder, stateVector);
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

/** Whether it answers our question for what we lack. */
export function isAnswer(message: Uint8Array): boolean {
  return message[0] === SYNC && message[1] === ANSWER;
}

/**
 * What y-webrtc may read of a message that came over a link: updates as they are, presence without what speaks for us
 * (`own`), and nothing else. In particular not the message by which tabs of one browser greet each other: over a link it
 * would make us ignore whichever peers a hostile one names.
 */
export function cleanMessage(message: Bytes, own: number): Bytes | undefined {
  switch (message[0]) {
    case SYNC:
    case QUERY_AWARENESS:
      return message;
    case AWARENESS:
      return cleanAwareness(message, own);
    default:
      return undefined;
  }
}

function cleanAwareness(message: Bytes, own: number): Bytes | undefined {
  try {
    const decoder = decoding.createDecoder(message);
    decoding.readVarUint(decoder);
    const entries = readAwarenessUpdate(decoding.readVarUint8Array(decoder));
    if (entries === undefined) return undefined;
    return awarenessMessage(writeAwarenessUpdate(foreignEntries(entries, own)));
  } catch {
    return undefined;
  }
}

import { decode, encode } from "cborg";
import { type JobMessage, PAYLOAD_LIMIT } from "./jobMessage.ts";
import { decodePlain, encodePlain, NOT_PLAIN } from "./plainCbor.ts";
import { parseJobMessage, UNKNOWN_TYPE } from "./parseJobMessage.ts";

/** Messages one batch may hold: a batch of the smallest messages is well below. */
const BATCH_COUNT_LIMIT = 4_096;

/** Nothing that JSON-like data does not need: each of these has been a way to trouble in some decoder. */
const STRICT = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
  tags: {},
} as const;

/** Bytes of one value: CBOR with sorted keys, so that the same value always gives the same bytes. */
export function encodeCbor(value: unknown): Uint8Array {
  return encodePlain(value) ?? encode(value, { ignoreUndefinedProperties: true });
}

/** The value of CBOR bytes, or undefined where they are not plain, complete and canonical. Never throws. */
export function decodeCbor(bytes: Uint8Array, limit = PAYLOAD_LIMIT): unknown {
  return decodeWithin(bytes, limit, false);
}

/** As `decodeCbor`, of what is used at once: byte strings may be parts of `bytes`, not copies. */
export function decodeCborInPlace(bytes: Uint8Array): unknown {
  return decodeWithin(bytes, PAYLOAD_LIMIT, true);
}

function decodeWithin(bytes: Uint8Array, limit: number, inPlace: boolean): unknown {
  if (bytes.byteLength > limit) return undefined;
  const plain = decodePlain(bytes, inPlace);
  if (plain !== NOT_PLAIN) return plain;
  try {
    return decode(bytes, STRICT);
  } catch {
    return undefined;
  }
}

/** Bytes of one message, to be put into a batch. */
export function encodeJobMessage(message: JobMessage): Uint8Array {
  return encodeCbor(message);
}

/** A batch is a CBOR array of encoded messages; each is a byte string, so that a sender encodes it once. */
export function encodeBatch(encoded: readonly Uint8Array[]): Uint8Array {
  return encodeCbor(encoded);
}

/** The messages of a batch without those of unknown type; undefined if it is no batch or one message is malformed. */
export function decodeBatch(bytes: Uint8Array): readonly JobMessage[] | undefined {
  const items = decodeCborInPlace(bytes);
  if (!Array.isArray(items) || items.length > BATCH_COUNT_LIMIT) return undefined;
  const messages: JobMessage[] = [];
  for (const item of items) {
    const message = item instanceof Uint8Array ? parseJobMessage(decodeCbor(item)) : undefined;
    if (message === undefined) return undefined;
    if (message !== UNKNOWN_TYPE) messages.push(message);
  }
  return messages;
}

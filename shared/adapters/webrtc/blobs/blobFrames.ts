// What peers say to one another over the channel for blobs. Ids are the asker's, counting up.
//   WANT id hash    have you this?
//   HAVE id         yes                      NONE id           no, or not for you
//   GIVE id hash    send it                  SIZE id size      it is coming: so many bytes
//                                            PIECE id bytes    the next of them

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { ContentHash } from "../../../base/ids.ts";
import { kib, type Bytes } from "../../../base/units.ts";

/** Content of one frame: with its header below 16 KiB, which every browser takes from every other. */
export const BLOB_PIECE: Bytes = kib(15);

const WANT = 0;
const HAVE = 1;
const NONE = 2;
const GIVE = 3;
const SIZE = 4;
const PIECE = 5;

const KINDS = { want: WANT, have: HAVE, none: NONE, give: GIVE, size: SIZE, piece: PIECE } as const;

const HASH_BYTES = 32;

export type BlobFrame =
  | { readonly type: "want" | "give"; readonly id: number; readonly hash: ContentHash }
  | { readonly type: "have" | "none"; readonly id: number }
  | { readonly type: "size"; readonly id: number; readonly size: number }
  | { readonly type: "piece"; readonly id: number; readonly content: Uint8Array };

/** Reads a frame; undefined if it is cut short, goes on too long, or makes no sense. */
export function readBlobFrame(frame: Uint8Array): BlobFrame | undefined {
  try {
    const decoder = decoding.createDecoder(frame);
    const kind = decoding.readVarUint(decoder);
    const id = decoding.readVarUint(decoder);
    const read = readRest(kind, id, decoder);
    return decoding.hasContent(decoder) ? undefined : read;
  } catch {
    return undefined;
  }
}

function readRest(kind: number, id: number, decoder: decoding.Decoder): BlobFrame | undefined {
  switch (kind) {
    case WANT:
    case GIVE: {
      const hash = ContentHash.parse(toHex(decoding.readUint8Array(decoder, HASH_BYTES)));
      return hash && { type: kind === WANT ? "want" : "give", id, hash };
    }
    case HAVE:
      return { type: "have", id };
    case NONE:
      return { type: "none", id };
    case SIZE:
      return { type: "size", id, size: decoding.readVarUint(decoder) };
    case PIECE: {
      const content = decoding.readTailAsUint8Array(decoder);
      return content.length > 0 && content.length <= BLOB_PIECE ? { type: "piece", id, content } : undefined;
    }
    default:
      return undefined;
  }
}

export function writeBlobFrame(frame: BlobFrame): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, KINDS[frame.type]);
  encoding.writeVarUint(encoder, frame.id);
  if (frame.type === "want" || frame.type === "give") encoding.writeUint8Array(encoder, fromHex(frame.hash));
  if (frame.type === "size") encoding.writeVarUint(encoder, frame.size);
  if (frame.type === "piece") encoding.writeUint8Array(encoder, frame.content);
  return encoding.toUint8Array(encoder);
}

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const fromHex = (hash: ContentHash): Uint8Array =>
  Uint8Array.from({ length: HASH_BYTES }, (_, index) => parseInt(hash.slice(index * 2, index * 2 + 2), 16));

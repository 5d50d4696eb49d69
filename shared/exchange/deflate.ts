// Deflate by what browsers and Node have built in. Inflating is bounded: a file from a stranger may be a bomb.

import { BadInputError } from "../base/errors.ts";

/**
 * Bytes given to the inflater at a time. It gives out all it makes of a piece before anybody can stop it, and deflate
 * makes at most 1,032 bytes of one: so never more than 4 MiB beyond the limit are made.
 */
const PIECE = 4096;

export async function deflate(content: Uint8Array): Promise<Uint8Array> {
  return collect(inPieces(content).pipeThrough(new CompressionStream("deflate")), Infinity);
}

/**
 * What was deflated, which must be exactly `length` bytes.
 * @throws BadInputError if it is more, less, or not deflated at all
 */
export async function inflate(content: Uint8Array, length: number): Promise<Uint8Array> {
  const inflated = await inflateAtMost(content, length);
  if (inflated.length !== length) throw new BadInputError("a part of the file unpacks to less than it says");
  return inflated;
}

/** What was deflated; raw in zip files. @throws BadInputError if it is more than `limit` bytes, or not deflated at all */
export async function inflateAtMost(
  content: Uint8Array,
  limit: number,
  format: "deflate" | "deflate-raw" = "deflate",
): Promise<Uint8Array> {
  try {
    return await collect(inPieces(content).pipeThrough(new DecompressionStream(format)), limit);
  } catch (error) {
    if (error instanceof BadInputError) throw error;
    throw new BadInputError("a part of the file cannot be unpacked", undefined, { cause: error });
  }
}

function inPieces(content: Uint8Array): ReadableStream {
  let at = 0;
  return new ReadableStream(
    {
      pull: (controller) => {
        if (at >= content.length) {
          controller.close();
          return;
        }
        controller.enqueue(content.subarray(at, at + PIECE));
        at += PIECE;
      },
    },
    { highWaterMark: 0 },
  );
}

async function collect(stream: ReadableStream, limit: number): Promise<Uint8Array> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { value } = await reader.read();
    if (value === undefined) break;
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new BadInputError("a part of the file unpacks to more than it says");
    }
    pieces.push(value);
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

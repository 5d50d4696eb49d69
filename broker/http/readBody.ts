import { Buffer } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Bytes } from "#shared/base/units.ts";

/** All that a request brings; undefined for what is longer than `limit`. */
export async function readBody(request: IncomingMessage, limit: Bytes): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    // reason: a request gives buffers as long as no encoding is set.
    const bytes = part as Buffer;
    size += bytes.length;
    if (size > limit) return undefined;
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

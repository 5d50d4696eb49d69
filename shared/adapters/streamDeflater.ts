import { deflate, inflateAtMost } from "../exchange/deflate.ts";
import type { Deflater } from "../ports/Deflater.ts";

/** Compression by the streams that browsers and Node both have, also on plain http pages. */
export const streamDeflater: Deflater = {
  deflate,
  inflate: (deflated, limit) => inflateAtMost(deflated, limit).catch(() => undefined),
};

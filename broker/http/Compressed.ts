import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Smaller than this, compressing saves no packet. */
const MIN_BYTES = 1024;
/** Brotli's quality: from 6 on it takes seconds for little on a school laptop. */
const BROTLI_QUALITY = 5;

const TEXT_TYPES = /^(text\/|application\/(javascript|json|manifest\+json|wasm|x-memory-snapshot)|image\/svg\+xml)/;

export type ContentCoding = "br" | "gzip" | "identity";

export const isCompressible = (contentType: string, size: number): boolean =>
  size >= MIN_BYTES && TEXT_TYPES.test(contentType);

/** The best coding that an Accept-Encoding header allows. A page on plain http is offered gzip only, by its browser. */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding {
  const accepted = (acceptEncoding ?? "")
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
    .map((part) => part.split(";")[0]?.trim());
  if (accepted.includes("br")) return "br";
  return accepted.includes("gzip") ? "gzip" : "identity";
}

/** Content, compressed when first asked for in a coding and kept. */
export class Compressed {
  readonly content: Buffer;
  readonly #coded = new Map<ContentCoding, Promise<Buffer>>();

  constructor(content: Buffer) {
    this.content = content;
  }

  get(coding: ContentCoding): Promise<Buffer> {
    const known = this.#coded.get(coding);
    if (known !== undefined) return known;
    const made = compress(this.content, coding);
    this.#coded.set(coding, made);
    return made;
  }
}

async function compress(content: Buffer, coding: ContentCoding): Promise<Buffer> {
  switch (coding) {
    case "br":
      return promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    case "gzip":
      return promisify(gzip)(content, { level: constants.Z_BEST_COMPRESSION });
    case "identity":
      return content;
  }
}

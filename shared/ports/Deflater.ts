/** Compression as zlib has it (RFC 1950). */
export interface Deflater {
  deflate(content: Uint8Array): Promise<Uint8Array>;
  /** Undefined for what is not deflated, or would be larger than `limit` bytes: a few bytes may stand for gigabytes. */
  inflate(deflated: Uint8Array, limit: number): Promise<Uint8Array | undefined>;
}

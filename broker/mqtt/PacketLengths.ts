/**
 * Watches the fixed headers of an MQTT byte stream. The parser behind it buffers a packet until it is complete, and a
 * header may announce 256 MB: what is announced too large must be refused before it comes.
 */
export class PacketLengths {
  readonly #limit: number;
  /** Bytes of the packet's body that are still to come. */
  #left = 0;
  /** Inside a header: the length read so far and the weight of its next digit; undefined between packets. */
  #header: { length: number; weight: number } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False as soon as a packet is announced that is longer than the limit, or whose length is malformed. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left > 0) {
        const skipped = Math.min(this.#left, chunk.length - at);
        this.#left -= skipped;
        at += skipped;
      } else if (!this.#readHeaderByte(chunk[at++] ?? 0)) {
        return false;
      }
    }
    return true;
  }

  #readHeaderByte(byte: number): boolean {
    if (this.#header === undefined) {
      this.#header = { length: 0, weight: 1 };
      return true;
    }
    const header = this.#header;
    header.length += (byte & 127) * header.weight;
    header.weight *= 128;
    if (header.length > this.#limit || header.weight > 128 ** 4) return false;
    if ((byte & 128) === 0) {
      this.#left = header.length;
      this.#header = undefined;
    }
    return true;
  }
}

import { crc32 } from "#shared/base/crc32.ts";
import { base64 } from "../kernel/base64.ts";

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Bytes that one stored block of deflate can have (RFC 1951, 3.2.4). */
const BLOCK = 0xffff;

interface Pixels {
  readonly data: Uint8ClampedArray;
}

/** As much of a canvas as Plot draws on: ramps of legends, and rasters. A worker's own canvas gives no address at once. */
export class CanvasPixels {
  width = 0;
  height = 0;
  #pixels = new Uint8ClampedArray();

  getContext(): object {
    this.#pixels = new Uint8ClampedArray(this.width * this.height * 4);
    const context = {
      fillStyle: "",
      fillRect: (x: number, y: number): void =>
        this.#pixels.set(readColour(context.fillStyle), (y * this.width + x) * 4),
      createImageData: (width: number, height: number): Pixels => ({
        ...{ width, height, data: new Uint8ClampedArray(width * height * 4) },
      }),
      putImageData: ({ data }: Pixels): void => this.#pixels.set(data),
    };
    return context;
  }

  toDataURL(): string {
    return `data:image/png;base64,${base64(this.#png())}`;
  }

  /** Uncompressed: it is compressed with everything else on its way (W3C PNG, 5 and 11). */
  #png(): Uint8Array {
    const header = new DataView(new ArrayBuffer(13));
    header.setUint32(0, this.width);
    header.setUint32(4, this.height);
    // 8 bits for each of red, green, blue and opacity.
    header.setUint16(8, 0x0806);
    const row = this.width * 4;
    const lines = new Uint8Array((row + 1) * this.height);
    for (let y = 0; y < this.height; y++) lines.set(this.#pixels.subarray(y * row, (y + 1) * row), y * (row + 1) + 1);
    return join([
      new Uint8Array(SIGNATURE),
      chunk("IHDR", new Uint8Array(header.buffer)),
      chunk("IDAT", stored(lines)),
      chunk("IEND", new Uint8Array()),
    ]);
  }
}

/** The two ways in which d3's scales write colours. */
function readColour(text: string): readonly number[] {
  const hex = /^#([0-9a-f]{6})$/i.exec(text)?.[1];
  if (hex !== undefined) return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)).concat(255);
  const [red = 0, green = 0, blue = 0, opacity = 1] = (text.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue, opacity * 255];
}

function chunk(name: string, content: Uint8Array): Uint8Array {
  const bytes = join([new Uint8Array(4), new TextEncoder().encode(name), content, new Uint8Array(4)]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  view.setUint32(bytes.length - 4, crc32(bytes.subarray(4, -4)));
  return bytes;
}

/** Zlib's form (RFC 1950) of content that is not compressed. */
function stored(content: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array([0x78, 0x01])];
  for (let at = 0; at < content.length; at += BLOCK) {
    const block = content.subarray(at, at + BLOCK);
    const head = new DataView(new ArrayBuffer(5));
    head.setUint8(0, at + BLOCK >= content.length ? 1 : 0);
    head.setUint16(1, block.length, true);
    head.setUint16(3, ~block.length & 0xffff, true);
    parts.push(new Uint8Array(head.buffer), block);
  }
  const sum = new DataView(new ArrayBuffer(4));
  sum.setUint32(0, adler32(content));
  return join([...parts, new Uint8Array(sum.buffer)]);
}

function adler32(content: Uint8Array): number {
  let [low, high] = [1, 0];
  for (const byte of content) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

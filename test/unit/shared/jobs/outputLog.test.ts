import { describe, expect, it } from "vitest";
import { CHUNK_LIMIT, JOB_OUTPUT_LIMIT } from "#shared/jobs/jobMessage.ts";
import {
  addChunk,
  cutItem,
  decodeItem,
  EMPTY_LOG,
  encodeItem,
  knowMade,
  SEND_WINDOW,
  type Chunk,
} from "#shared/jobs/outputLog.ts";

const item = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What comes out when numbered chunks arrive in this order. */
function receive(chunks: readonly (readonly [number, Chunk])[]) {
  let log = EMPTY_LOG;
  const items: string[] = [];
  for (const [n, chunk] of chunks) {
    const step = addChunk(log, n, chunk);
    log = step.log;
    items.push(...step.items.map(textOf));
  }
  return { log, items };
}

const numbered = (items: readonly Uint8Array[]): (readonly [number, Chunk])[] =>
  items.flatMap(cutItem).map((chunk, n) => [n, chunk] as const);

describe("an item of output", () => {
  const text = { output_type: "stream", name: "stdout", text: "1\n" } as const;

  it("is a list of outputs", () => {
    expect(decodeItem(encodeItem([text, text]))).toEqual([text, text]);
  });

  it("is read without the outputs only newer code knows", () => {
    expect(decodeItem(item(JSON.stringify([{ output_type: "widget" }, text, null])))).toEqual([text]);
  });

  it.each(["", "{}", "null", "[", '"text"', "\u0000"])("is empty when it is %j", (written) => {
    expect(decodeItem(item(written))).toEqual([]);
  });
});

describe("the log of a job's output", () => {
  it("cuts an item into chunks that fit, the last of them marked", () => {
    const large = new Uint8Array(2 * CHUNK_LIMIT + 1);
    expect(cutItem(large).map(({ last, data }) => [last, data.byteLength])).toEqual([
      [false, CHUNK_LIMIT],
      [false, CHUNK_LIMIT],
      [true, 1],
    ]);
    expect(cutItem(item("[]"))).toEqual([{ last: true, data: item("[]") }]);
    expect(cutItem(new Uint8Array(CHUNK_LIMIT)).length).toBe(1);
  });

  it("puts items together again", () => {
    const large = "x".repeat(3 * CHUNK_LIMIT + 5);
    const { log, items } = receive(numbered([item("one"), item(large), item("three")]));
    expect(items).toEqual(["one", large, "three"]);
    expect(log).toMatchObject({ next: 6, made: 6, openSize: 0 });
  });

  it("puts chunks in order, and takes each once, whatever order they come in", () => {
    const chunks = numbered([item("a"), item("b"), item("c"), item("d")]);
    const [a, b, c, d] = chunks;
    expect(receive([d!, b!, b!, c!, d!, a!, a!, c!]).items).toEqual(["a", "b", "c", "d"]);
  });

  it("knows what is missing", () => {
    const [, b] = numbered([item("a"), item("b")]);
    expect(receive([b!]).log).toMatchObject({ next: 0, made: 2 });
    expect(knowMade(EMPTY_LOG, 5)).toMatchObject({ next: 0, made: 5 });
    expect(knowMade(knowMade(EMPTY_LOG, 5), 3).made).toBe(5);
  });

  it("drops what is too far ahead to have been sent in order", () => {
    const chunk = { last: true, data: item("x") };
    expect(addChunk(EMPTY_LOG, 2 * SEND_WINDOW, chunk).log).toBe(EMPTY_LOG);
    expect(addChunk(EMPTY_LOG, 2 * SEND_WINDOW - 1, chunk).log.ahead.size).toBe(1);
  });

  it("gives up on output that never ends", () => {
    let log = EMPTY_LOG;
    let tooLarge = false;
    let size = 0;
    for (let n = 0; !tooLarge; n++) {
      const step = addChunk(log, n, { last: false, data: new Uint8Array(CHUNK_LIMIT) });
      ({ log, tooLarge } = step);
      if (!tooLarge) size += CHUNK_LIMIT;
    }
    expect(size).toBeLessThanOrEqual(JOB_OUTPUT_LIMIT);
    expect(size).toBeGreaterThan(JOB_OUTPUT_LIMIT - 2 * CHUNK_LIMIT);
  });
});

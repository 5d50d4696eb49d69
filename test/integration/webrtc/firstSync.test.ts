import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PART_MAX } from "#shared/adapters/parts/partLimits.ts";
import { LONG } from "../../support/property.ts";
import { PeerBrowser } from "./PeerBrowser.ts";

const PASSWORD = "a password of the room";
let browser: PeerBrowser;
let rooms = 0;
/** As many as cells of 4,000 letters are in 20 MB. */
const TEXTS = 5_000;
const newRoom = (): string => `room-${++rooms}`;

beforeAll(async () => {
  browser = await PeerBrowser.start();
});
afterEach(async () => {
  await browser.closePeers();
});
afterAll(async () => {
  await browser.close();
});

describe("a first sync over WebRTC, with no hub", () => {
  for (const [size, texts] of [
    [300_000, 1],
    [5_000_000, 1],
    // The longest way takes longest, and the cut below goes the same.
    ...(LONG ? [[20_000_000, TEXTS] as const] : []),
  ] as const) {
    it(`carries ${size / 1_000_000} MB in ${texts === 1 ? "one text" : "many texts"} whole`, async () => {
      const room = newRoom();
      const [early, late] = [await browser.peer(), await browser.peer()];
      await early.call("insertLarge", size, texts);
      await early.call("open", room, PASSWORD);
      await late.call("open", room, PASSWORD);
      await late.until("links", (links) => links.length === 1, []);
      const linked = Date.now();
      await late.until("length", (length) => length === size, []);
      console.log(`${size / 1_000_000} MB arrived ${Date.now() - linked} ms after the link worked`);
      expect(await late.call("digest")).toBe(await early.call("digest"));
      expect(await late.call("status")).toEqual({ state: "connected", held: false, peers: 1 });
      expect(await browser.problems()).toEqual([]);
      if (size < 5_000_000) return;
      const progress = await late.call("progress");
      expect(progress.length).toBeGreaterThan(10);
      expect(progress).toEqual([...progress].sort((one, other) => one - other));
      expect(progress.at(-1)).toBeGreaterThan(size - 2 * PART_MAX);
      expect(await late.call("bytesReceived")).toBeLessThan(size * 1.1);
      // Nothing of it went back to whoever gave it.
      expect(await early.call("bytesReceived")).toBeLessThan(size * 0.1);
    });
  }

  it("goes on from where it was when the link is cut in the middle, again and again", async () => {
    const size = 20_000_000;
    const room = newRoom();
    const [early, late] = [await browser.peer(), await browser.peer()];
    await early.call("insertLarge", size, TEXTS);
    await early.call("open", room, PASSWORD);
    await late.call("open", room, PASSWORD);
    for (const share of [0.2, 0.5, 0.8]) {
      await late.until("length", (length) => length > size * share, []);
      await late.call("insert", 0, "typed here. ");
      await early.call("insert", 0, "typed there. ");
      await late.call("cut");
      await late.until("links", (links) => links.length === 0, []);
    }
    const whole = size + 3 * ("typed here. ".length + "typed there. ".length);
    for (const peer of [late, early]) await peer.until("length", (length) => length === whole, []);
    const more = (await late.call("bytesReceived")) - size;
    console.log(`cut three times: ${more} bytes more than the document has`);
    expect(more).toBeLessThan(size * 0.1 + 3 * 2 * PART_MAX);
    expect(await late.call("digest")).toBe(await early.call("digest"));
    expect(await browser.problems()).toEqual([]);
  });

  it("reaches a peer that is linked to nobody who had it, over one who got it in parts", async () => {
    const room = newRoom();
    const size = 2_000_000;
    const [first, second, third] = [await browser.peer(), await browser.peer(), await browser.peer()];
    await second.call("open", room, PASSWORD);
    await third.call("open", room, PASSWORD);
    await third.until("links", (links) => links.length === 1, []);
    await first.call("insertLarge", size, TEXTS);
    await first.call("open", room, PASSWORD);
    await second.until("length", (length) => length === size, []);
    await first.call("close");
    await third.until("length", (length) => length === size, []);
    expect(await third.call("digest")).toBe(await second.call("digest"));
  });

  it("gives a stock y-webrtc 2 MB, in messages that it can take", async () => {
    const room = newRoom();
    const [ours, stock] = [await browser.peer(), await browser.peer()];
    await ours.call("insertLarge", 2_000_000, TEXTS);
    await ours.call("open", room, PASSWORD);
    await stock.call("openStock", room, PASSWORD);
    await stock.until("length", (length) => length === 2_000_000, []);
    await ours.call("insert", 0, "typed after. ");
    await stock.until("text", (text) => text.startsWith("typed after. "), []);
    await stock.call("insert", 0, "typed by stock. ");
    await ours.until("text", (text) => text.startsWith("typed by stock. "), []);
    expect(await stock.call("digest")).toBe(await ours.call("digest"));
  });
});

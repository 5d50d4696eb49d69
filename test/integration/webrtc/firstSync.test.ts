import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PeerBrowser } from "./PeerBrowser.ts";

const PASSWORD = "a password of the room";
let browser: PeerBrowser;
let rooms = 0;
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
  for (const size of [300_000, 5_000_000, 20_000_000]) {
    it(`carries ${size / 1_000_000} MB whole`, async () => {
      const room = newRoom();
      const [early, late] = [await browser.peer(), await browser.peer()];
      await early.call("insertLarge", size);
      await early.call("open", room, PASSWORD);
      await late.call("open", room, PASSWORD);
      await late.until("links", (links) => links.length === 1, []);
      const linked = Date.now();
      await late.until("length", (length) => length === size, []);
      console.log(`${size / 1_000_000} MB arrived ${Date.now() - linked} ms after the link worked`);
      expect(await late.call("digest")).toBe(await early.call("digest"));
      expect(await late.call("status")).toEqual({ state: "connected", held: false, peers: 1 });
      expect(await browser.problems()).toEqual([]);
    });
  }
});

// Sixteen peers in a real Chromium, without a class host: linked over relays that they elect among themselves.

import type { Frame } from "playwright";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONG } from "../../support/property.ts";
import { Crowd } from "./Crowd.ts";

const PAGES = 4;
const PEERS_PER_PAGE = 4;
const PEERS = PAGES * PEERS_PER_PAGE;
/** By plan: four or five relays among one another, and two links of each of the others. A full mesh would have 120. */
const LINKS = 32;
/** Most links of one: 4 relays, and at most 10 of the 12 others. */
const MOST = 14;

let crowd: Crowd;
beforeAll(async () => {
  if (LONG) crowd = await Crowd.start();
});
afterAll(async () => {
  if (LONG) await crowd.close();
});

async function relays(): Promise<readonly Frame[]> {
  const serves = await crowd.all("serves");
  return crowd.peers.filter((_, index) => serves[index]);
}

// `mesh/relays` says the same of thirty peers, without a browser.
describe.runIf(LONG)("sixteen peers without a class host", () => {
  it("elect relays and hold one document, also when relays are gone, and the server too", async () => {
    for (let page = 0; page < PAGES; page++) await crowd.addPage("room", "a password", PEERS_PER_PAGE);
    expect(crowd.peers.length).toBe(PEERS);
    await crowd.hear(crowd.peers[0]!, "first;");
    await crowd.hear(crowd.peers[PEERS - 1]!, "last;");
    await crowd.until("serves", (serves) => [4, 5].includes(serves.filter((one) => one).length));
    await givesUpLinksAndMendsAfterCrash();

    await crowd.untilMended();
    crowd.server.stopSignalling();
    await crowd.remove((await relays())[0]!);
    const alone = await crowd.untilMended();
    const took = await crowd.hear(crowd.peers[2]!, "without the server;");
    expect(new Set(await crowd.all("digest")).size).toBe(1);
    expect((await crowd.all("problems")).flat()).toEqual([]);
    console.log(`without the server: ${alone} ms until all had two links again, ${took} ms until all had an edit`);
  });
});

/** What takes some time: links that are not wanted linger, and browsers notice late that another has crashed. */
async function givesUpLinksAndMendsAfterCrash(): Promise<void> {
  await crowd.until("links", (links) => links.flat().length <= LINKS * 2 && links.every((one) => one.length <= MOST));
  const took = await crowd.hear(crowd.peers[3]!, "over relays;");
  await crowd.crashPageOf((await relays())[0]!);
  expect(crowd.peers.length).toBe(PEERS - PEERS_PER_PAGE);
  const mended = await crowd.untilMended();
  await crowd.hear(crowd.peers[5]!, "after a crash;");
  console.log(`over relays an edit took ${took} ms; ${mended} ms after a crash all had two links again`);
}

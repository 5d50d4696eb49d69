// A class at work: its host, a browser tab and two more peers that all type. At random moments, counted in words typed,
// the host, the tab or the whole browser gets a SIGKILL. What was said to be held is on the host's disk, what was said to
// be saved is in the tab's storage, each looked at before anybody else could have brought it back.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { readHostFiles } from "../../support/faults/hostFiles.ts";
import { CAN_KILL_TAB, KillableTab } from "../../support/faults/KillableTab.ts";
import type { Told } from "../../support/faults/killPage.ts";
import { doubled, expectConverged, expectSound, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { freePort } from "../../support/freePort.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

type Victim = "host" | "tab" | "browser";

/** MESHBOOK_KILLS asks for another number, so that a long run can be had in pieces. */
const KILLS = Number(process.env["MESHBOOK_KILLS"] ?? (LONG ? 200 : 3));
const TAB: Victim = CAN_KILL_TAB ? "tab" : "browser";
/** In the short slice each victim dies once; in the long one so many of ten kills. */
const SHORT_VICTIMS: readonly Victim[] = [TAB, "host", "browser"];
const IN_TEN: readonly Victim[] = ["host", "host", "host", "host", "host", TAB, TAB, TAB, TAB, "browser"];
/** Most words between two kills. */
const WORDS_LIMIT = 60;
const PEERS = 2;
/** Everybody is back, and has everything, within this time (milliseconds). */
const RECOVERY_LIMIT = 60_000;

const seed = propertySeed("kills");
const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe(`a class of which somebody is killed at any moment (seed ${seed})`, () => {
  it("loses no acknowledged edit and doubles no cell", { timeout: LONG ? 1_800_000 : 120_000 }, async () => {
    const random = seededRandom(seed);
    const life = await ClassLife.begin(random);
    for (let kill = 0; kill < KILLS; kill++) {
      const victim = LONG ? IN_TEN[Math.floor(random() * IN_TEN.length)]! : SHORT_VICTIMS[kill % SHORT_VICTIMS.length]!;
      await life.untilWords(1 + Math.floor(random() * WORDS_LIMIT));
      await life.kill(victim).catch((cause: unknown) => {
        throw new Error(`kill ${kill}, of the ${victim}`, { cause });
      });
    }
    const { acknowledged, counts } = await life.end();
    console.log(`${KILLS} kills (${counts}): ${acknowledged} acknowledged, 0 lost, 0 doubled`);
    expect(acknowledged).toBeGreaterThan(KILLS);
  });
});

class ClassLife {
  readonly #random: () => number;
  readonly #data: string;
  readonly #port: number;
  readonly #room = RoomId.create();
  readonly #ledger = new TokenLedger();
  readonly #stop = new AbortController();
  readonly #counts: Record<Victim, number> = { host: 0, tab: 0, browser: 0 };
  readonly #tabWriters: string[] = [];
  #host: RunningHost;
  #tab: KillableTab | undefined;
  #peers: readonly HonestPeer[] = [];
  #words = 0;

  private constructor(random: () => number, { data, port, host }: { data: string; port: number; host: RunningHost }) {
    this.#random = random;
    this.#data = data;
    this.#port = port;
    this.#host = host;
  }

  static async begin(random: () => number): Promise<ClassLife> {
    const data = await mkdtemp(join(tmpdir(), "meshbook-kills-"));
    endings.push(() => rm(data, { recursive: true, force: true }));
    const port = await freePort();
    const life = new ClassLife(random, { data, port, host: await serve(data, port) });
    endings.push(() => life.#host.kill());
    await life.#join();
    return life;
  }

  /** Resolves when so many more words were typed, by anybody. */
  async untilWords(count: number): Promise<void> {
    const goal = this.#words + count;
    await untilTrue(`${count} more words`, () => this.#words >= goal, RECOVERY_LIMIT);
  }

  async kill(victim: Victim): Promise<void> {
    this.#counts[victim] += 1;
    if (victim === "host") await this.#killHost();
    else await this.#killTab(victim);
  }

  /** Lets everybody finish their words, and looks at all replicas. */
  async end(): Promise<{ readonly acknowledged: number; readonly counts: string }> {
    this.#stop.abort();
    await this.#tab!.stopTyping();
    await Promise.all(this.#peers.map((peer) => peer.untilHeld(RECOVERY_LIMIT)));
    await this.#untilTabIsWell();
    expect(await this.#tab!.problems()).toEqual([]);
    // A word of the tab may have reached the host after the peers were content.
    await Promise.all(this.#peers.map((peer) => peer.untilHeld(RECOVERY_LIMIT)));
    const docs = [await this.#tab!.read(), ...this.#peers.map(({ doc }) => doc)];
    await this.#host.stop();
    expectConverged([...docs, await readHostFiles(this.#data, this.#room)]);
    for (const doc of docs) {
      expect([...this.#ledger.lost(doc, "held"), ...this.#ledger.lost(doc, "saved")], "lost").toEqual([]);
    }
    const counts = Object.entries(this.#counts).map(([victim, count]) => `${count} ${victim}`);
    return { acknowledged: this.#ledger.acknowledged, counts: counts.join(", ") };
  }

  async #untilTabIsWell(): Promise<void> {
    let view = await this.#tab!.view();
    const isWell = async (): Promise<boolean> => {
      view = await this.#tab!.view();
      return view.saved && view.heldByHost === true;
    };
    await untilTrue("the tab is well", isWell, RECOVERY_LIMIT).catch((cause: unknown) => {
      throw new Error(`the tab says ${JSON.stringify(view)}`, { cause });
    });
  }

  async #join(): Promise<void> {
    const { base } = this.#host;
    this.#peers = Array.from({ length: PEERS }, (_, index) => {
      const peer = new HonestPeer({
        ...{ base, room: this.#room, name: `peer${index}`, ledger: this.#ledger },
        seed: this.#nextSeed(),
      });
      endings.push(() => peer.leave());
      void peer.typeOn(this.#stop.signal, () => (this.#words += 1));
      return peer;
    });
    endings.push(() => Promise.resolve(this.#stop.abort()));
    this.#tab = await KillableTab.create({ port: this.#port, onTold: (told) => this.#note(told) });
    endings.push(() => this.#tab!.close());
    await this.#tab.open(this.#room);
    await this.#typeInTab();
  }

  async #killHost(): Promise<void> {
    await this.#host.kill();
    const doc = await readHostFiles(this.#data, this.#room);
    expectSound(doc);
    expect(this.#ledger.lost(doc, "held"), "called held, and not on the host's disk").toEqual([]);
    this.#host = await serve(this.#data, this.#port);
    for (const peer of this.#peers) peer.sync.resync();
    await this.#tab!.resync();
  }

  async #killTab(victim: "tab" | "browser"): Promise<void> {
    await (victim === "tab" ? this.#tab!.killTab() : this.#tab!.killBrowser());
    const doc = await this.#tab!.open(this.#room);
    expect(doubled(doc)).toEqual([]);
    expect(this.#ledger.lost(doc, "saved", this.#tabWriters), "called saved, and not in the storage").toEqual([]);
    await this.#typeInTab();
  }

  async #typeInTab(): Promise<void> {
    const name = `tab${this.#tabWriters.length}`;
    this.#tabWriters.push(name);
    await this.#tab!.typeAtHost(name, this.#nextSeed());
  }

  #note({ writer, written, saved, held }: Told): void {
    this.#words += 1;
    if (saved) this.#ledger.claim("saved", writer, written);
    if (held) this.#ledger.claim("held", writer, written);
  }

  #nextSeed(): number {
    return Math.floor(this.#random() * 2 ** 31);
  }
}

const serve = (data: string, port: number): Promise<RunningHost> =>
  startHost({ data, args: ["--port", String(port), "--no-agent"] });

// What programs without manners send to a real class host, while two honest people talk in the same room and two pages
// are being introduced. Whatever it is, the host lives, the two go on without a pause, and nothing of theirs is touched.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { helloFrame } from "#shared/adapters/hub/accessFrames.ts";
import { readHubFrame, updateFrame } from "#shared/adapters/hub/hubFrames.ts";
import { RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { HUB_FRAME_LIMIT, SIGNALLING_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { helloMessage } from "#shared/rooms/access/hello.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { deepJson, HostileClient, presenceFrame } from "../../support/faults/HostileClient.ts";
import { expectWell, talkDuring } from "../../support/faults/Talk.ts";
import { TokenLedger } from "../../support/faults/TokenLedger.ts";
import { LONG, propertySeed } from "../../support/property.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilValue } from "../../support/until.ts";

const seed = propertySeed("hostile hub");
const GARBAGE = LONG ? 3_000 : 100;
/** Connections that bring the 3,000 identities. */
const CROWDS = 6;
/** What a flood may cost the host until its garbage is collected (bytes). */
const MEMORY_LIMIT = 400e6;

let host: RunningHost;
let room: RoomId;
let ledger: TokenLedger;
let pair: readonly [HonestPeer, HonestPeer];
const hostile: HostileClient[] = [];

beforeAll(async () => {
  host = await startHost();
});
beforeEach(async () => {
  room = RoomId.create();
  ledger = new TokenLedger();
  const peer = (name: string, own: number): HonestPeer =>
    new HonestPeer({ base: host.base, room, name, seed: own, ledger });
  pair = [peer("ana", 1), peer("ben", 2)];
  await Promise.all(pair.map((one) => one.untilHeld()));
});
afterEach(async () => {
  for (const client of hostile.splice(0)) client.end();
  for (const peer of pair) await peer.leave();
});
afterAll(() => host.stop());

/** Attacks while the two talk; then all is as it should be. */
async function attack(act: () => Promise<void>): Promise<void> {
  const { words } = await talkDuring(pair, act());
  expect(words).toBeGreaterThan(3);
  await expectWell(pair, ledger);
  expect((await fetch(`${host.base}/host.json`)).status).toBe(200);
}

const intrude = async (query = ""): Promise<HostileClient> => {
  const client = await HostileClient.hub(host.webSocketBase, room, query);
  hostile.push(client);
  return client;
};

describe(`the hub of a class host (seed ${seed})`, () => {
  it(`lives on after ${GARBAGE} frames of noise`, { timeout: LONG ? 600_000 : 120_000 }, async () => {
    const random = seededRandom(seed);
    await attack(async () => {
      for (let count = 0; count < GARBAGE; count++) {
        const client = await intrude(random() < 0.5 ? "" : "?held=1&auth=1");
        const bytes = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
        // Often a type that is known, so that the noise gets further in.
        if (random() < 0.8 && bytes.length > 1) bytes.set([[0, 1, 2, 3, 101, 111, 112][count % 7]!, count % 4]);
        client.send(bytes);
        await client.settled();
        client.end();
      }
    });
  });

  it("lives on after every good frame cut short at every byte", { timeout: 120_000 }, async () => {
    const good = goodFrames();
    await attack(async () => {
      for (const frame of good) {
        const step = LONG ? 1 : Math.ceil(frame.length / 8);
        for (let length = 0; length < frame.length; length += step) {
          const client = await intrude();
          client.send(frame.subarray(0, length));
          client.send(Uint8Array.of(...frame.subarray(0, Math.min(2, length)), ...new Array<number>(12).fill(0xff)));
          await client.settled();
          client.end();
        }
      }
    });
  });

  it("lives on after presence that is deep, huge, or of a thousand and one", { timeout: 120_000 }, async () => {
    await attack(async () => {
      for (const depth of [100, 4_000, 20_000, 60_000]) {
        const client = await intrude();
        client.send(presenceFrame([{ client: depth, clock: 1, state: deepJson(depth) }]));
        await client.settled();
      }
      const huge = JSON.stringify({ user: { name: "x".repeat(127 * 1024) } });
      for (let count = 0; count < (LONG ? 100 : 10); count++) {
        const client = await intrude();
        client.send(presenceFrame([{ client: 5_000 + count, clock: 1, state: huge }]));
        await client.settled();
      }
      const many = Array.from({ length: 1_001 }, (_, index) => ({ client: index + 1, clock: 1, state: "{}" }));
      for (const entries of [many, many.slice(1)]) {
        const client = await intrude();
        client.send(presenceFrame(entries));
        await client.settled();
      }
    });
  });

  it("lives on after updates that are deep, giant, or not of this world", { timeout: 120_000 }, async () => {
    await attack(async () => {
      for (const update of hostileUpdates()) {
        const client = await intrude();
        client.send(updateFrame(update));
        await client.settled();
      }
      const giant = await intrude();
      giant.send(new Uint8Array(HUB_FRAME_LIMIT + 1));
      await giant.settled();
      const largest = await intrude();
      largest.send(new Uint8Array(HUB_FRAME_LIMIT - 100).fill(0xff));
      await largest.settled();
    });
  });

  it("believes nobody who borrows a key, a signature or an old hello", { timeout: 120_000 }, async () => {
    await attack(async () => {
      const [ana] = pair;
      const mallory = NodeSigner.create();
      const address = new URL(host.base).host;
      const old: Uint8Array[] = [];
      for (let count = 0; count < 6; count++) {
        const client = await intrude("?held=1&auth=1");
        await client.settled();
        const challenge = client.heard.map((frame) => readHubFrame(frame)).find((frame) => frame?.type === "challenge");
        if (challenge?.type !== "challenge") throw new Error("the host asked nobody who it is");
        const message = helloMessage({ room, host: address, challenge: challenge.challenge });
        const signature = await mallory.sign(message);
        const hellos = [
          helloFrame(ana.signer.publicKey, signature, "ana"),
          helloFrame(ana.signer.publicKey, new Uint8Array(64), "ana"),
          helloFrame(new Uint8Array(32), signature, "nobody"),
          ...old,
        ];
        client.send(hellos[count % hellos.length]!);
        old.push(helloFrame(mallory.publicKey, signature, "mallory"));
        await client.settled();
        const told = client.heard.map((frame) => readHubFrame(frame)?.type);
        expect(told).toContain("refused");
      }
    });
  });

  it("lets nobody speak for a device that is here", { timeout: 120_000 }, async () => {
    const [ana, ben] = pair;
    const seen = new Set<string>();
    const note = (): void => {
      for (const { presence } of ben.presence.replicas.get()) seen.add(`${presence.name} ${presence.peer}`);
    };
    // Before it is seen, nobody knows whose its client id is.
    await untilValue(ben.presence.replicas, (replicas) => replicas.length > 0);
    ben.presence.replicas.subscribe(note);
    note();
    await attack(async () => {
      for (let clock = 100; clock < 160; clock++) {
        const client = clock % 20 === 0 ? await intrude() : hostile.at(-1)!;
        const lie = { peer: ana.signer.peer, user: { name: "Mallory" }, digest: "AAAA" };
        client.send(
          presenceFrame([
            { client: ana.doc.clientID, clock, state: JSON.stringify(lie) },
            { client: ana.doc.clientID, clock: clock + 1, state: "null" },
            { client: clock, clock: 1, state: JSON.stringify(lie) },
            { client: ana.doc.clientID, clock: 2 ** 40, state: JSON.stringify({ ...lie, peer: "b".repeat(22) }) },
          ]),
        );
        await client.settled();
      }
    });
    expect([...seen]).toEqual([`ana ${ana.signer.peer}`]);
  });

  it("bears 3,000 identities: bounded, and everybody honest is still shown", { timeout: 240_000 }, async () => {
    const [ana, ben] = pair;
    const before = memoryOf(host.ready.pid);
    const started = performance.now();
    await attack(async () => {
      for (let crowd = 0; crowd < CROWDS; crowd++) {
        const client = await intrude();
        const many = Array.from({ length: 3_000 / CROWDS }, (_, index) => {
          const peer = `${crowd}x${index}`.padEnd(22, "x");
          return { client: 1_000_000 + crowd * 1_000 + index, clock: 1, state: JSON.stringify({ peer, digest: "B" }) };
        });
        client.send(presenceFrame(many));
        const updates = many.map(({ client: id }) => updateBy(id));
        for (const update of LONG ? updates : [Y.mergeUpdates(updates)]) client.send(updateFrame(update));
        await client.settled();
        // Some leave, all their people with them.
        if (crowd % 2 === 0) client.end();
      }
    });
    const late = new HonestPeer({ base: host.base, room, name: "late", seed: 3, ledger });
    const shown = (peer: HonestPeer): readonly string[] =>
      peer.presence.peers.get().map(({ presence }) => presence.name);
    await untilValue(late.presence.peers, () => ["ana", "ben"].every((name) => shown(late).includes(name)), 30_000);
    await untilValue(ben.presence.peers, () => shown(ben).includes("late"), 30_000);
    expect(ana.hubState).toBe("connected");
    await late.leave();
    const grown = memoryOf(host.ready.pid) - before;
    const seconds = (performance.now() - started) / 1000;
    console.log(`3,000 identities: ${Math.round(grown / 1e6)} MB more at the host, ${seconds.toFixed(1)} s`);
    expect(grown).toBeLessThan(MEMORY_LIMIT);
  });

  it("is not changed by frames of last week", { timeout: 120_000 }, async () => {
    const spy = await intrude();
    await talkDuring(pair, spy.settled());
    const last = [...spy.heard];
    expect(last.length).toBeGreaterThan(4);
    await attack(async () => {
      for (let round = 0; round < 20; round++) {
        const client = await intrude();
        for (const frame of last) client.send(frame);
        await client.settled();
        client.end();
      }
    });
  });
});

describe("signalling", () => {
  it("lives on after noise, depth, and messages above its limit", { timeout: 120_000 }, async () => {
    const random = seededRandom(seed);
    await attack(async () => {
      const texts = [
        ...[20_000, 4_000, 100].map((depth) => `{"type":"publish","topic":"t","data":${deepJson(depth)}}`),
        ...[
          "",
          "null",
          "[]",
          "{",
          '"publish"',
          `{"type":"subscribe","topics":${"[".repeat(9_000)}${"]".repeat(9_000)}}`,
        ],
        `{"type":"publish","topic":"t","data":{"type":"signal","to":${deepJson(5_000)}}}`,
        ...Array.from({ length: 50 }, () =>
          String.fromCharCode(...Array.from({ length: 40 }, () => random() * 0xffff)),
        ),
        "x".repeat(64 * 1024 + 1),
      ];
      for (const text of texts) {
        const client = await HostileClient.connect(host.webSocketBase, SIGNALLING_PATH);
        hostile.push(client);
        client.send('{"type":"subscribe","topics":["t"]}');
        client.send(text);
        client.send(new TextEncoder().encode(text));
        await client.settled();
        client.end();
      }
    });
  });
});

/** Frames of y-protocols as they should be, and what this very room says. */
function goodFrames(): readonly Uint8Array[] {
  const file = join(import.meta.dirname, "../../fixtures/sync/yProtocolsFrames.json");
  const hex = [...readFileSync(file, "utf8").matchAll(/"([0-9a-f]{6,})"/g)].map(([, text]) => text!);
  const frames = hex.map((text) => new Uint8Array(Buffer.from(text, "hex")));
  expect(frames.length).toBeGreaterThan(3);
  return [...frames, updateFrame(Y.encodeStateAsUpdate(pair[0].doc))];
}

/** What somebody with this client id writes: one character, where no notebook's content is. */
function updateBy(client: number): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = client;
  doc.getText("crowd").insert(0, "x");
  return Y.encodeStateAsUpdate(doc);
}

/** Bytes a process has in memory. */
function memoryOf(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1024;
}

/** Updates that read well and mean harm. None of them is in a place where a notebook's content is. */
function hostileUpdates(): readonly Uint8Array[] {
  const made = (write: (doc: Y.Doc) => void): Uint8Array => {
    const doc = new Y.Doc();
    write(doc);
    return Y.encodeStateAsUpdate(doc);
  };
  const nested = (depth: number): unknown => JSON.parse(deepJson(depth));
  return [
    ...[1_000, 2_500].map((depth) => made((doc) => doc.getMap("hostile").set("deep", nested(depth)))),
    made((doc) => doc.getMap("meta").set("ipynb", nested(2_500))),
    made((doc) => doc.getMap("cells").set("not a cell", nested(1_000))),
    made((doc) => doc.getMap("cells").set("..", new Y.Text("x"))),
    made((doc) => doc.getMap("cells").set("__proto__", new Y.Map([["src", new Y.Text("x")]]))),
    made((doc) => doc.getArray("cells").insert(0, [1, 2, 3])),
    made((doc) => doc.getText("hostile").insert(0, "x".repeat(LONG ? 8_000_000 : 1_000_000))),
  ];
}

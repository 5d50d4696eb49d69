import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { RoomId, type PeerId } from "#shared/base/ids.ts";
import { formatJobTopic } from "#shared/jobs/topics.ts";
import type { JobTransport, LastWill } from "#shared/ports/JobTransport.ts";
import { TestRealm } from "../support/brokers/TestRealm.ts";
import { untilTrue } from "../support/until.ts";

/** One way to carry job messages, with a broker behind it. */
export interface JobTransportHarness {
  start(): Promise<void>;
  /** A transport of the peer whose connection can be broken. It need not be online yet. */
  connect(peer: PeerId, will: LastWill | undefined, realm: TestRealm): Promise<CuttableTransport>;
  stop(): Promise<void>;
}

export interface CuttableTransport {
  readonly transport: JobTransport;
  /** Breaks the connection without a goodbye, until `mend`. */
  cut(): void;
  mend(): void;
  /** Lets so many bytes through in a second, until `mend`. */
  slow?(bytesPerSecond: number): void;
}

type Node = CuttableTransport & { readonly peer: PeerId };

const QOS1 = { qos: 1, retain: false } as const;
const RETAINED = { qos: 1, retain: true } as const;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/**
 * What every JobTransport must do; see ports/JobTransport.ts. Topics keep to the grammar of shared/jobs/topics.ts, since
 * the brokers of classes let nothing else through.
 */
export function describeJobTransport(name: string, harness: JobTransportHarness): void {
  describe(`${name} as a JobTransport`, () => {
    const opened: Node[] = [];
    /** Each test has a realm of its own: what is retained must not appear in another. */
    let realm = new TestRealm();
    let { tag } = realm;
    const randomPeer = (): PeerId => realm.newPeer();

    async function connect(peer = randomPeer(), will?: LastWill): Promise<Node> {
      const node = { peer, ...(await harness.connect(peer, will, realm)) };
      opened.push(node);
      await untilOnline(node.transport, true);
      return node;
    }
    const inbox = (to: Node, from: Node): string =>
      formatJobTopic({ tag, kind: "inbox", to: to.peer, from: from.peer });
    const presence = (peer: PeerId): string => formatJobTopic({ tag, kind: "presence", peer });
    const everybody = (): string => `mb1/${tag}/p/+`;

    /** Resolves when subscriptions made before are in force: a message to itself came back on the same connection. */
    async function settled({ transport, peer }: Node): Promise<void> {
      const topic = formatJobTopic({ tag, kind: "group", group: RoomId.create(), peer });
      let isHeard = false;
      const dispose = transport.subscribe(topic, () => (isHeard = true));
      // Again and again: a broker may handle the subscription after the first ones.
      await untilTrue("a message to itself came back", () => {
        if (!isHeard) transport.publish(topic, bytesOf("?"), QOS1);
        return isHeard;
      });
      dispose();
    }

    beforeAll(() => harness.start());
    afterAll(() => harness.stop());
    afterEach(async () => {
      for (const node of opened.splice(0)) {
        node.mend();
        await node.transport.close();
      }
      realm = new TestRealm();
      ({ tag } = realm);
    });

    it("delivers any bytes under their topic, in the order they were published", async () => {
      const [from, to] = [await connect(), await connect()];
      const topic = inbox(to, from);
      const heard = collect(to.transport, topic);
      await settled(to);
      const payloads = [Uint8Array.from({ length: 256 }, (_, at) => at), new Uint8Array(200_000).fill(7)];
      for (const payload of payloads) from.transport.publish(topic, payload, QOS1);
      for (let n = 0; n < 100; n++) from.transport.publish(topic, bytesOf(`${n}`), QOS1);
      const messages = await heard.until(102);
      for (const [at, payload] of payloads.entries()) expect(Buffer.compare(messages[at]!.payload, payload)).toBe(0);
      const texts = messages.slice(2).map((message) => textOf(message.payload));
      expect(texts).toEqual(Array.from({ length: 100 }, (_, n) => `${n}`));
      expect(messages.every((message) => message.topic === topic)).toBe(true);
    });

    it("delivers a large message over a line on which it takes longer than silence is borne", async ({ skip }) => {
      const [from, to] = [await connect(), await connect()];
      skip(to.slow === undefined, "messages in memory take no time, and others are slowed in test:long");
      const topic = inbox(to, from);
      const heard = collect(to.transport, topic);
      await settled(to);
      const payload = new Uint8Array(200_000).fill(7);
      to.slow?.(payload.length / 5);
      from.transport.publish(topic, payload, QOS1);
      const [message] = await heard.until(1);
      expect(Buffer.compare(message!.payload, payload)).toBe(0);
      expect(to.transport.online).toBe(true);
    });

    it("delivers what matches the filter, wildcards included, and nothing else", async () => {
      const [one, other, to] = [await connect(), await connect(), await connect()];
      const heard = collect(to.transport, `mb1/${tag}/i/${to.peer}/+`);
      const fromOne = collect(to.transport, formatJobTopic({ tag, kind: "heartbeat", peer: one.peer }));
      await settled(to);
      one.transport.publish(inbox(other, one), bytesOf("to somebody else"), QOS1);
      one.transport.publish(inbox(to, one), bytesOf("one"), QOS1);
      for (const node of [other, one]) {
        node.transport.publish(formatJobTopic({ tag, kind: "heartbeat", peer: node.peer }), bytesOf("alive"), QOS1);
      }
      await heard.until(1);
      other.transport.publish(inbox(to, other), bytesOf("other"), QOS1);
      expect((await heard.until(2)).map((message) => textOf(message.payload))).toEqual(["one", "other"]);
      expect((await fromOne.until(1)).map((message) => message.topic)).toEqual([`mb1/${tag}/h/${one.peer}`]);
    });

    it("gives the last retained message to whoever subscribes later", async () => {
      const [from, early, late] = [await connect(), await connect(), await connect()];
      const heard = collect(early.transport, everybody());
      await settled(early);
      for (const text of ["old", "new"]) from.transport.publish(presence(from.peer), bytesOf(text), RETAINED);
      await heard.until(2);
      const first = collect(late.transport, everybody());
      expect((await first.until(1)).map((message) => textOf(message.payload))).toEqual(["new"]);
      const second = collect(late.transport, everybody());
      expect((await second.until(1)).map((message) => textOf(message.payload))).toEqual(["new"]);
    });

    it("delivers to every listener of a filter until it is disposed", async () => {
      const [from, to] = [await connect(), await connect()];
      const topic = inbox(to, from);
      const [one, two] = [collect(to.transport, topic), collect(to.transport, topic)];
      await settled(to);
      from.transport.publish(topic, bytesOf("both"), QOS1);
      await Promise.all([one.until(1), two.until(1)]);
      one.dispose();
      from.transport.publish(topic, bytesOf("second only"), QOS1);
      await two.until(2);
      expect(one.messages.map((message) => textOf(message.payload))).toEqual(["both"]);
    });

    it("has its last will published, retained, when the connection breaks, and not when it is closed", async () => {
      const watcher = await connect();
      const heard = collect(watcher.transport, everybody());
      await settled(watcher);
      const [closes, breaks] = [randomPeer(), randomPeer()];
      const closing = await connect(closes, { topic: presence(closes), payload: bytesOf("will of the closed") });
      const broken = await connect(breaks, { topic: presence(breaks), payload: bytesOf("will of the broken") });
      await closing.transport.close();
      broken.cut();
      expect((await heard.until(1)).map((message) => textOf(message.payload))).toEqual(["will of the broken"]);
      const late = collect((await connect()).transport, everybody());
      expect((await late.until(1)).map((message) => message.topic)).toEqual([presence(breaks)]);
    });

    it("says when it is offline, connects again by itself, and has its subscriptions then", async () => {
      const [from, to] = [await connect(), await connect()];
      const heard = collect(to.transport, `mb1/${tag}/i/${to.peer}/+`);
      await settled(to);
      const states: boolean[] = [];
      to.transport.onOnline((online) => states.push(online));
      to.cut();
      await untilOnline(to.transport, false);
      to.transport.publish(inbox(to, to), bytesOf("published offline"), QOS1);
      from.transport.publish(inbox(to, from), bytesOf("missed"), QOS1);
      await settled(from);
      to.mend();
      await untilOnline(to.transport, true);
      from.transport.publish(inbox(to, from), bytesOf("heard again"), QOS1);
      expect((await heard.until(1)).map((message) => textOf(message.payload))).toEqual(["heard again"]);
      expect(states).toEqual([false, true]);
    });

    it("is silent after it was closed", async () => {
      const [from, to, control] = [await connect(), await connect(), await connect()];
      const [heard, alsoHeard] = [collect(to.transport, everybody()), collect(control.transport, everybody())];
      await Promise.all([settled(to), settled(control)]);
      await to.transport.close();
      expect(to.transport.online).toBe(false);
      from.transport.publish(presence(from.peer), bytesOf("late"), RETAINED);
      await alsoHeard.until(1);
      expect(heard.messages).toEqual([]);
    });
  });
}

interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
}

function collect(transport: JobTransport, filter: string) {
  const messages: Message[] = [];
  let wake = (): void => {};
  const dispose = transport.subscribe(filter, (topic, payload) => {
    messages.push({ topic, payload });
    wake();
  });
  const until = async (count: number): Promise<readonly Message[]> => {
    while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return messages;
  };
  return { messages, dispose, until };
}

async function untilOnline(transport: JobTransport, online: boolean): Promise<void> {
  if (transport.online === online) return;
  await new Promise<void>((resolve) => {
    const dispose = transport.onOnline((now) => {
      if (now !== online) return;
      dispose();
      resolve();
    });
  });
}

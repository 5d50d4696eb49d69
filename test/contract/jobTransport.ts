import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { JobTransport, LastWill } from "#shared/ports/JobTransport.ts";

/** One way to carry job messages, with a broker behind it. */
export interface JobTransportHarness {
  start(): Promise<void>;
  /** A transport whose connection can be broken. It need not be online yet. */
  connect(will?: LastWill): Promise<CuttableTransport>;
  stop(): Promise<void>;
}

export interface CuttableTransport {
  readonly transport: JobTransport;
  /** Breaks the connection without a goodbye, until `mend`. */
  cut(): void;
  mend(): void;
}

const QOS1 = { qos: 1, retain: false } as const;
const RETAINED = { qos: 1, retain: true } as const;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

/** What every JobTransport must do; see ports/JobTransport.ts. */
export function describeJobTransport(name: string, harness: JobTransportHarness): void {
  describe(`${name} as a JobTransport`, () => {
    const opened: CuttableTransport[] = [];
    let topics = 0;
    /** Topics of one test: retained messages of others must not appear in it. */
    const fresh = (): string => `mb1/test${(topics += 1)}`;

    async function connect(will?: LastWill): Promise<CuttableTransport> {
      const cuttable = await harness.connect(will);
      opened.push(cuttable);
      await untilOnline(cuttable.transport, true);
      return cuttable;
    }

    beforeAll(() => harness.start());
    afterAll(() => harness.stop());
    afterEach(async () => {
      for (const { transport, mend } of opened.splice(0)) {
        mend();
        await transport.close();
      }
    });

    it("delivers any bytes under their topic, in the order they were published", async () => {
      const [{ transport: from }, { transport: to }] = [await connect(), await connect()];
      const topic = `${fresh()}/i`;
      const heard = collect(to, topic);
      await settled(to, topic);
      const payloads = [Uint8Array.from({ length: 256 }, (_, at) => at), new Uint8Array(100_000).fill(7)];
      for (const payload of payloads) from.publish(topic, payload, QOS1);
      for (let n = 0; n < 100; n++) from.publish(topic, bytesOf(`${n}`), QOS1);
      const messages = await heard.until(102);
      expect(messages.slice(0, 2).map((message) => [...message.payload])).toEqual(payloads.map((bytes) => [...bytes]));
      expect(messages.slice(2).map((message) => textOf(message.payload))).toEqual(
        Array.from({ length: 100 }, (_, n) => `${n}`),
      );
      expect(messages.every((message) => message.topic === topic)).toBe(true);
    });

    it("delivers what matches the filter, wildcards included, and nothing else", async () => {
      const [{ transport: from }, { transport: to }] = [await connect(), await connect()];
      // Another connection: for overlapping filters a broker may deliver once per filter.
      const { transport: toAll } = await connect();
      const root = fresh();
      const heard = collect(to, `${root}/i/me/+`);
      const all = collect(toAll, `${root}/#`);
      await Promise.all([settled(to, root), settled(toAll, root)]);
      for (const topic of ["i/you/a", "i/me/a", "i/me/a/b", "p/me", "i/me/b"]) {
        from.publish(`${root}/${topic}`, bytesOf(topic), QOS1);
      }
      const messages = await heard.until(2);
      expect(messages.map((message) => textOf(message.payload))).toEqual(["i/me/a", "i/me/b"]);
      expect((await all.until(5)).length).toBe(5);
      expect(heard.messages.length).toBe(2);
    });

    it("gives the last retained message to whoever subscribes later", async () => {
      const [{ transport: from }, { transport: early }] = [await connect(), await connect()];
      const topic = `${fresh()}/p/me`;
      const heard = collect(early, topic);
      await settled(early, topic);
      from.publish(topic, bytesOf("old"), RETAINED);
      from.publish(topic, bytesOf("new"), RETAINED);
      await heard.until(2);
      const { transport: late } = await connect();
      expect((await collect(late, topic).until(1)).map((message) => textOf(message.payload))).toEqual(["new"]);
      const second = collect(late, topic);
      expect((await second.until(1)).map((message) => textOf(message.payload))).toEqual(["new"]);
    });

    it("delivers to every listener of a filter until it is disposed", async () => {
      const [{ transport: from }, { transport: to }] = [await connect(), await connect()];
      const topic = `${fresh()}/i`;
      const [one, two] = [collect(to, topic), collect(to, topic)];
      await settled(to, topic);
      from.publish(topic, bytesOf("both"), QOS1);
      await Promise.all([one.until(1), two.until(1)]);
      one.dispose();
      from.publish(topic, bytesOf("second only"), QOS1);
      await two.until(2);
      expect(one.messages.map((message) => textOf(message.payload))).toEqual(["both"]);
    });

    it("has its last will published, retained, when the connection breaks, and not when it is closed", async () => {
      const root = fresh();
      const { transport: watcher } = await connect();
      const heard = collect(watcher, `${root}/p/+`);
      await settled(watcher, root);
      const closing = await connect({ topic: `${root}/p/closed`, payload: bytesOf("will of the closed") });
      const broken = await connect({ topic: `${root}/p/broken`, payload: bytesOf("will of the broken") });
      await closing.transport.close();
      broken.cut();
      expect((await heard.until(1)).map((message) => textOf(message.payload))).toEqual(["will of the broken"]);
      const { transport: late } = await connect();
      expect((await collect(late, `${root}/p/+`).until(1)).map((message) => message.topic)).toEqual([
        `${root}/p/broken`,
      ]);
    });

    it("says when it is offline, connects again by itself, and has its subscriptions then", async () => {
      const topic = `${fresh()}/i`;
      const { transport: from } = await connect();
      const { transport: to, cut, mend } = await connect();
      const heard = collect(to, topic);
      await settled(to, topic);
      const states: boolean[] = [];
      to.onOnline((online) => states.push(online));
      cut();
      await untilOnline(to, false);
      to.publish(topic, bytesOf("published offline"), QOS1);
      from.publish(topic, bytesOf("missed"), QOS1);
      mend();
      await untilOnline(to, true);
      from.publish(topic, bytesOf("heard again"), QOS1);
      expect((await heard.until(1)).map((message) => textOf(message.payload))).toEqual(["heard again"]);
      expect(states).toEqual([false, true]);
    });

    it("is silent after it was closed", async () => {
      const topic = `${fresh()}/i`;
      const [{ transport: from }, { transport: to }, { transport: other }] = [
        await connect(),
        await connect(),
        await connect(),
      ];
      const [heard, control] = [collect(to, topic), collect(other, topic)];
      await Promise.all([settled(to, topic), settled(other, topic)]);
      await to.close();
      expect(to.online).toBe(false);
      from.publish(topic, bytesOf("late"), QOS1);
      await control.until(1);
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
    if (!topic.endsWith(PROBE)) messages.push({ topic, payload });
    wake();
  });
  const until = async (count: number): Promise<readonly Message[]> => {
    while (messages.length < count) await new Promise<void>((resolve) => (wake = resolve));
    return messages;
  };
  return { messages, dispose, until };
}

const PROBE = "/probe";

/** Resolves when subscriptions made before are in force: a message sent through the same connection came back. */
async function settled(transport: JobTransport, name: string): Promise<void> {
  const topic = `${name}-settled${PROBE}`;
  await new Promise<void>((resolve) => {
    const dispose = transport.subscribe(topic, () => {
      dispose();
      resolve();
    });
    // Retained: it comes back whether the broker handles the subscription before it or after.
    transport.publish(topic, bytesOf("?"), RETAINED);
  });
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

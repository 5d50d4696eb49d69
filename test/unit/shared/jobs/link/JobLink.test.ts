import { describe, expect, it } from "vitest";
import { MemoryJobBroker, type MemoryJobTransport } from "#shared/adapters/MemoryJobTransport.ts";
import { RoomId } from "#shared/base/ids.ts";
import { sealEnvelope } from "#shared/jobs/envelope.ts";
import { encodeBatch, encodeJobMessage } from "#shared/jobs/jobCodec.ts";
import { PAYLOAD_LIMIT, type JobMessage } from "#shared/jobs/jobMessage.ts";
import { nextIncarnation, type LinkEvent } from "#shared/jobs/link/JobLink.ts";
import { formatJobTopic } from "#shared/jobs/topics.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { unixMs } from "#shared/base/units.ts";
import { NodeSigner } from "../../../../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { openMemoryLink, type OpenedLink } from "../../../../support/jobs/memoryLink.ts";
import { at, offerOf, runOf } from "../../../../support/jobs/messages.ts";

const job = runOf("job-1");

/** Members of one class over one broker, and a way to put any payload under any topic. */
class Bench {
  readonly clock = new FakeClock();
  readonly keys = deriveRoomKeys(RoomId.create(), createRoomSecret());
  readonly broker = new MemoryJobBroker();
  readonly published: { topic: string; payload: Uint8Array }[] = [];
  readonly #raw: MemoryJobTransport;

  constructor() {
    this.#raw = this.broker.connect();
    this.#raw.subscribe("#", (topic, payload) => this.published.push({ topic, payload }));
  }

  async join(signer = NodeSigner.create(), incarnation = 1): Promise<OpenedLink & Heard> {
    const { clock, keys } = this;
    const opened = await openMemoryLink(this.broker, { keys, signer, incarnation, clock });
    const events: LinkEvent[] = [];
    opened.link.subscribe((event) => events.push(event));
    await this.settle();
    return { ...opened, signer, events };
  }

  publish(topic: string, payload: Uint8Array, retain = false): void {
    this.#raw.publish(topic, payload, { qos: 1, retain });
  }

  inbox(to: Heard, from: Heard): string {
    return formatJobTopic({ tag: this.keys.topicTag, kind: "inbox", to: to.signer.peer, from: from.signer.peer });
  }

  presence(of: Heard): string {
    return formatJobTopic({ tag: this.keys.topicTag, kind: "presence", peer: of.signer.peer });
  }

  /** A payload as `from` would make it, except where told otherwise. */
  seal(
    topic: string,
    from: Heard,
    changes: Partial<{ seq: number; to: number; incarnation: number }>,
    message: JobMessage,
  ) {
    const header = { incarnation: 1, to: 1, seq: 1_000, ...changes };
    const sender = { key: this.keys.content, signer: from.signer };
    return sealEnvelope(sender, topic, header, encodeBatch([encodeJobMessage(message)]));
  }

  /** Long enough for messages that wait for company. */
  settle(): Promise<void> {
    return this.clock.advanceAsync(at(60)).then(() => this.clock.advanceAsync(at(0)));
  }
}

interface Heard {
  readonly signer: NodeSigner;
  readonly events: LinkEvent[];
}

const messagesOf = ({ events }: Heard): readonly string[] =>
  events.flatMap((event) => (event.type === "message" ? [event.message.type] : []));

async function pair() {
  const bench = new Bench();
  const [one, two] = [await bench.join(), await bench.join()];
  return { bench, one, two };
}

describe("JobLink", () => {
  it("knows who is there, whoever came first", async () => {
    const { one, two } = await pair();
    expect(one.link.roster.get().get(two.link.peer)?.here).toBe(true);
    expect(two.link.roster.get().get(one.link.peer)?.here).toBe(true);
    expect(one.events).toContainEqual({ type: "seen", peer: two.link.peer, incarnation: 1 });
  });

  it("sends all messages of one turn to one peer as one payload", async () => {
    const { bench, one, two } = await pair();
    bench.published.length = 0;
    for (let n = 0; n < 50; n++) one.link.send(two.link.peer, { type: "got", job, next: n });
    await bench.settle();
    expect(bench.published).toHaveLength(1);
    expect(messagesOf(two)).toHaveLength(50);
  });

  it("sends a full batch before the turn ends, in order", async () => {
    const { bench, one, two } = await pair();
    bench.published.length = 0;
    const data = new Uint8Array(20_000);
    for (let n = 0; n < 5; n++) one.link.send(two.link.peer, { type: "chunk", job, attempt: 1, n, last: true, data });
    await bench.settle();
    expect(bench.published).toHaveLength(5);
    const numbers = two.events.flatMap((event) =>
      event.type === "message" && event.message.type === "chunk" ? [event.message.n] : [],
    );
    expect(numbers).toEqual([0, 1, 2, 3, 4]);
  });

  it("lets what nobody waits for travel with what somebody does", async () => {
    const { bench, one, two } = await pair();
    bench.published.length = 0;
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.clock.advanceAsync(at(10));
    expect(bench.published).toHaveLength(0);
    one.link.send(two.link.peer, { type: "cancel", job });
    await bench.clock.advanceAsync(at(0));
    expect(messagesOf(two)).toEqual(["rcv", "cancel"]);
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.clock.advanceAsync(at(50));
    expect(messagesOf(two)).toEqual(["rcv", "cancel", "rcv"]);
    expect(bench.published).toHaveLength(2);
  });

  it("leaves out that a job was taken when it has ended before that was told", async () => {
    const { bench, one, two } = await pair();
    one.link.send(two.link.peer, { type: "ack", job, attempt: 1, state: "running" });
    one.link.send(two.link.peer, { type: "ack", job: runOf("job-2"), attempt: 1, state: "queued" });
    one.link.send(two.link.peer, { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" } });
    await bench.clock.advanceAsync(at(0));
    expect(messagesOf(two)).toEqual(["ack", "done"]);
  });

  it("says what no receiver would accept to whoever sends it", async () => {
    const { one, two } = await pair();
    const program = { ...offerOf("job-1").program, code: "x".repeat(PAYLOAD_LIMIT) };
    expect(() => one.link.send(two.link.peer, offerOf("job-1", { program }))).toThrow(/above the limit/);
  });

  it("drops what is sent offline or to somebody unknown", async () => {
    const { bench, one, two } = await pair();
    const stranger = NodeSigner.create().peer;
    one.link.send(stranger, { type: "rcv", job });
    one.transport.lose();
    one.link.send(two.link.peer, { type: "rcv", job });
    one.transport.reconnect();
    await bench.settle();
    expect(messagesOf(two)).toEqual([]);
  });

  it("tells apart a connection that broke and a peer that left", async () => {
    const { bench, one, two } = await pair();
    two.transport.sever();
    await bench.settle();
    expect(one.events.at(-1)).toEqual({ type: "gone", peer: two.link.peer, final: false });
    two.transport.reconnect();
    await bench.settle();
    expect(one.events.at(-1)).toEqual({ type: "seen", peer: two.link.peer, incarnation: 1 });
    await two.link.close();
    await bench.settle();
    expect(one.events.at(-1)).toEqual({ type: "gone", peer: two.link.peer, final: true });
  });

  it("leaves at once when a page closes", async () => {
    const { bench, one, two } = await pair();
    two.link.leave();
    await bench.settle();
    expect(one.events.at(-1)).toEqual({ type: "gone", peer: two.link.peer, final: true });
  });

  it("contradicts a broker that takes it for dead, but not more than once a second", async () => {
    const { bench, one, two } = await pair();
    const will = await bench.seal(bench.presence(two), two, { to: 0, seq: 0 }, { type: "gone", final: false });
    bench.publish(bench.presence(two), will, true);
    await bench.settle();
    expect(one.link.roster.get().get(two.link.peer)?.here).toBe(true);
    bench.published.length = 0;
    for (let n = 0; n < 10; n++) bench.publish(bench.presence(two), will, true);
    await bench.settle();
    expect(bench.published).toHaveLength(10);
  });

  it("knows after a broker that forgot everything who is still there", async () => {
    const { bench, one, two } = await pair();
    const three = await bench.join();
    bench.broker.stop();
    void three.transport.close();
    await bench.settle();
    bench.broker.start();
    await bench.settle();
    expect(one.link.roster.get().get(three.link.peer)?.here).toBe(true);
    await bench.clock.advanceAsync(at(5_000));
    expect(one.link.roster.get().get(three.link.peer)?.here).toBe(false);
    expect(one.link.roster.get().get(two.link.peer)?.here).toBe(true);
    expect(one.events.at(-1)).toEqual({ type: "gone", peer: three.link.peer, final: false });
  });

  it("gives way to a newer life of the same device", async () => {
    const bench = new Bench();
    const old = await bench.join();
    const newer = await bench.join(old.signer, 2);
    expect(old.events.at(-1)).toEqual({ type: "superseded" });
    expect(old.transport.online).toBe(false);
    expect(newer.transport.online).toBe(true);
  });

  it("hears heartbeats only while it watches", async () => {
    const { bench, one, two } = await pair();
    const heartbeats = (): number => one.events.filter(({ type }) => type === "heartbeat").length;
    two.link.sendHeartbeat({ type: "heartbeat", jobs: [{ job, chunks: 1 }] });
    await bench.settle();
    expect(heartbeats()).toBe(0);
    one.link.watchHeartbeats(true);
    two.link.sendHeartbeat({ type: "heartbeat", jobs: [{ job, chunks: 1 }] });
    await bench.settle();
    expect(heartbeats()).toBe(1);
    one.link.watchHeartbeats(false);
    two.link.sendHeartbeat({ type: "heartbeat", jobs: [] });
    await bench.settle();
    expect(heartbeats()).toBe(1);
  });
});

describe("JobLink given what nobody should send", () => {
  it("accepts a payload once, however often it comes", async () => {
    const { bench, one, two } = await pair();
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.settle();
    const sent = bench.published.at(-1)!;
    for (let n = 0; n < 5; n++) bench.publish(sent.topic, sent.payload);
    await bench.settle();
    expect(messagesOf(two)).toEqual(["rcv"]);
    expect(two.link.refused.get("replayed")).toBe(5);
  });

  it("does not accept what was sent to its former life", async () => {
    const { bench, one, two } = await pair();
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.settle();
    const sent = bench.published.at(-1)!;
    await two.link.close();
    const again = await bench.join(two.signer, 2);
    bench.publish(sent.topic, sent.payload);
    await bench.settle();
    expect(messagesOf(again)).toEqual([]);
    expect(again.link.refused.get("receiver")).toBe(1);
  });

  it("does not accept what a former life sent", async () => {
    const { bench, one, two } = await pair();
    const topic = bench.inbox(two, one);
    const stale = await bench.seal(topic, one, { incarnation: 1 }, { type: "rcv", job });
    await one.link.close();
    await bench.join(one.signer, 2);
    bench.publish(topic, stale);
    await bench.settle();
    expect(messagesOf(two)).toEqual([]);
    expect(two.link.refused.get("replayed")).toBe(1);
  });

  it("does not accept a message under another topic than it was sealed for", async () => {
    const { bench, one, two } = await pair();
    const three = await bench.join();
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.settle();
    bench.publish(bench.inbox(three, one), bench.published.at(-1)!.payload);
    bench.publish(bench.inbox(two, three), bench.published.at(-1)!.payload);
    await bench.settle();
    expect([three.link.refused.get("sealed"), two.link.refused.get("sealed")]).toEqual([1, 1]);
  });

  it("does not let one member speak for another", async () => {
    const { bench, one, two } = await pair();
    const member = { signer: NodeSigner.create(), events: [] };
    const topic = bench.inbox(two, one);
    bench.publish(topic, await bench.seal(topic, member, {}, { type: "rcv", job }));
    await bench.settle();
    expect(messagesOf(two)).toEqual([]);
    expect(two.link.refused.get("sender")).toBe(1);
  });

  it("does not accept a signature made for something else", async () => {
    const { bench, one, two } = await pair();
    const forged = {
      events: [],
      signer: Object.assign(NodeSigner.create(), { publicKey: one.signer.publicKey, peer: one.signer.peer }),
    };
    const topic = bench.inbox(two, one);
    bench.publish(topic, await bench.seal(topic, forged, {}, { type: "rcv", job }));
    await bench.settle();
    expect(messagesOf(two)).toEqual([]);
    expect(two.link.refused.get("signature")).toBe(1);
    // The forged number is still free for its owner.
    bench.publish(topic, await bench.seal(topic, one, {}, { type: "rcv", job }));
    await bench.settle();
    expect(messagesOf(two)).toEqual(["rcv"]);
  });

  it("does not accept rubbish, changed bytes, or the key of another class", async () => {
    const { bench, one, two } = await pair();
    one.link.send(two.link.peer, { type: "rcv", job });
    await bench.settle();
    const { topic, payload } = bench.published.at(-1)!;
    const changed = payload.slice();
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    for (const bytes of [changed, new Uint8Array(), new Uint8Array([1]), new Uint8Array(PAYLOAD_LIMIT + 1)]) {
      bench.publish(topic, bytes);
    }
    await bench.settle();
    expect(messagesOf(two)).toEqual(["rcv"]);
    expect(Object.fromEntries(two.link.refused)).toEqual({ sealed: 2, version: 1, "too-large": 1 });
  });

  it("takes messages only where they belong", async () => {
    const { bench, one, two } = await pair();
    const inbox = bench.inbox(two, one);
    const before = two.events.length;
    bench.publish(inbox, await bench.seal(inbox, one, {}, { type: "gone", final: true }));
    bench.publish(inbox, await bench.seal(inbox, one, { seq: 1_001 }, { type: "heartbeat", jobs: [] }));
    bench.publish(bench.presence(one), await bench.seal(bench.presence(one), one, { to: 0 }, { type: "rcv", job }));
    await bench.settle();
    expect(two.events).toHaveLength(before);
  });
});

describe("nextIncarnation", () => {
  it("rises with every start, also when the clock was put back", () => {
    expect(nextIncarnation(undefined, unixMs(1_000.7))).toBe(1_000);
    expect(nextIncarnation(5_000, unixMs(1_000))).toBe(5_001);
    expect(nextIncarnation(500, unixMs(1_000))).toBe(1_000);
  });
});

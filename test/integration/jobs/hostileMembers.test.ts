// Somebody in the class, with its key and a connection of their own, against a real agent over the real broker.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RunId, type PeerId } from "#shared/base/ids.ts";
import { openEnvelope, sealEnvelope } from "#shared/jobs/envelope.ts";
import { decodeBatch, encodeBatch, encodeJobMessage } from "#shared/jobs/jobCodec.ts";
import type { JobMessage, OfferMessage } from "#shared/jobs/jobMessage.ts";
import { formatJobTopic } from "#shared/jobs/topics.ts";
import type { JobTransport } from "#shared/ports/JobTransport.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { offerOf, programOf } from "../../support/jobs/messages.ts";

let jobs: JobClass;
let agent: AgentChild;

beforeAll(async () => {
  jobs = await JobClass.start();
  agent = await jobs.startAgent({ slots: 2 });
});
afterAll(() => jobs.stop());

/** A member that writes its payloads by hand, and reads every answer. */
class Member {
  readonly signer: NodeSigner;
  readonly transport: JobTransport;
  readonly heard: JobMessage[] = [];
  agentLife = 0;
  #wake: () => void = () => {};
  #seq = 0;

  static async join(signer = NodeSigner.create()): Promise<Member> {
    const member = new Member(signer);
    await member.until(() => member.agentLife > 0);
    await member.publish("presence", { type: "presence", name: "member", agent: undefined });
    return member;
  }

  private constructor(signer: NodeSigner) {
    this.signer = signer;
    this.transport = jobs.connect(signer);
    const tag = jobs.keys.topicTag;
    this.transport.subscribe(this.topic("presence", agent.peer), (topic, payload) => {
      const opened = openEnvelope(jobs.keys.content, topic, payload);
      if (opened.ok) this.agentLife = opened.value.incarnation;
      this.#wake();
    });
    this.transport.subscribe(`mb1/${tag}/i/${signer.peer}/+`, (topic, payload) => {
      const opened = openEnvelope(jobs.keys.content, topic, payload);
      if (opened.ok) this.heard.push(...(decodeBatch(opened.value.body) ?? []));
      this.#wake();
    });
  }

  topic(kind: "inbox" | "presence", peer: PeerId = this.signer.peer): string {
    const tag = jobs.keys.topicTag;
    if (kind === "presence") return formatJobTopic({ tag, kind, peer });
    return formatJobTopic({ tag, kind, to: agent.peer, from: this.signer.peer });
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** A payload as it should be, except for what is changed. */
  seal(message: JobMessage, changes: { to?: number; seq?: number; signer?: NodeSigner; topic?: string } = {}) {
    const { to = this.agentLife, seq = (this.#seq += 1), signer = this.signer, topic = this.topic("inbox") } = changes;
    const sender = { key: jobs.keys.content, signer };
    return sealEnvelope(sender, topic, { incarnation: 1, to, seq }, encodeBatch([encodeJobMessage(message)]));
  }

  send(payload: Uint8Array): void {
    this.transport.publish(this.topic("inbox"), payload, { qos: 1, retain: false });
  }

  async publish(kind: "presence", message: JobMessage): Promise<void> {
    const topic = this.topic(kind);
    const payload = await this.seal(message, { topic, to: 0 });
    this.transport.publish(topic, payload, { qos: 1, retain: true });
  }

  async until(accept: () => boolean): Promise<void> {
    while (!accept()) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /**
   * Sends an offer as it should be and waits for its end: whatever was sent before has been dealt with by then. Again after
   * a loss of the connection, as requesters do: a broker that is slow with what is large was one.
   */
  async works(): Promise<void> {
    const offer = anOffer();
    const send = async (): Promise<void> => this.send(await this.seal(offer));
    const dispose = this.transport.onOnline((online) => void (online && send()));
    await send();
    await this.until(() => this.heard.some((message) => message.type === "done" && message.job === offer.job));
    dispose();
    this.send(await this.seal({ type: "rcv", job: offer.job }));
  }

  heardOf(job: RunId): readonly string[] {
    return this.heard.flatMap((message) => ("job" in message && message.job === job ? [message.type] : []));
  }
}

const anOffer = (code = ""): OfferMessage => offerOf(RunId.create(), { program: programOf(code) });

describe("an agent", () => {
  it("executes an offer once, however often it comes", async () => {
    const member = await Member.join();
    const offer = anOffer();
    const payload = await member.seal(offer);
    for (let n = 0; n < 20; n++) member.send(payload);
    for (let n = 0; n < 3; n++) member.send(await member.seal(offer));
    await member.works();
    const done = member.heard.find((message) => message.type === "done" && message.job === offer.job);
    expect(done).toMatchObject({ chunks: 0, end: { status: "executed", end: { status: "ok" } } });
    member.send(await member.seal({ type: "rcv", job: offer.job }));
    // Until then it may say again that the job is done.
    await member.works();
    const before = member.heardOf(offer.job).length;
    member.send(await member.seal(offer));
    await member.works();
    expect(member.heardOf(offer.job).length).toBe(before);
  });

  it("takes nothing that was changed on its way", async () => {
    const member = await Member.join();
    const offer = anOffer();
    const payload = await member.seal(offer);
    for (const at of [0, 1, 30, payload.length - 1]) {
      const changed = payload.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      member.send(changed);
    }
    for (const rubbish of [new Uint8Array(), new Uint8Array(200_000).fill(255)]) member.send(rubbish);
    await member.works();
    expect(member.heardOf(offer.job)).toEqual([]);
  });

  it("takes nothing that was signed by somebody else", async () => {
    const member = await Member.join();
    const stranger = NodeSigner.create();
    const posing = Object.assign(NodeSigner.create(), { publicKey: member.signer.publicKey });
    const [foreign, forged] = [anOffer(), anOffer()];
    member.send(await member.seal(foreign, { signer: stranger }));
    member.send(await member.seal(forged, { signer: posing }));
    await member.works();
    expect([...member.heardOf(foreign.job), ...member.heardOf(forged.job)]).toEqual([]);
  });

  it("takes nothing that was meant for another life of it, another topic, or sent before", async () => {
    const member = await Member.join();
    const [otherLife, otherTopic, replayed] = [anOffer(), anOffer(), anOffer()];
    member.send(await member.seal(otherLife, { to: member.agentLife - 1 }));
    member.send(await member.seal(otherTopic, { topic: member.topic("presence") }));
    await member.works();
    member.send(await member.seal(replayed, { seq: member.lastSeq }));
    await member.works();
    const heard = [otherLife, otherTopic, replayed].flatMap(({ job }) => member.heardOf(job));
    expect(heard).toEqual([]);
  });

  it("lets no member stop, read or take over the job of another", async () => {
    const [owner, thief] = [await Member.join(), await Member.join()];
    const offer = anOffer("await new Promise((done) => setTimeout(done, 300)); console.log('mine')");
    owner.send(await owner.seal(offer));
    await owner.until(() => owner.heardOf(offer.job).includes("ack"));
    for (const message of [
      { type: "need", job: offer.job, from: 0 },
      { type: "rcv", job: offer.job },
      { type: "cancel", job: offer.job },
    ] as const) {
      thief.send(await thief.seal(message));
    }
    await owner.until(() => owner.heardOf(offer.job).includes("done"));
    // As a set: the end of what it cancelled is said again until it has been confirmed.
    expect([...new Set(thief.heardOf(offer.job))]).toEqual(["unknown", "done"]);
    expect(thief.heard.at(-1)).toMatchObject({ type: "done", end: { status: "cancelled" } });
    const done = owner.heard.find((message) => message.type === "done");
    expect(done).toMatchObject({ chunks: 1, end: { status: "executed", end: { status: "ok" } } });
  });

  it("cannot be spoken to in the name of another: the broker lets nobody publish there", async () => {
    const [owner, thief] = [await Member.join(), await Member.join()];
    const offer = anOffer();
    const payload = await owner.seal(offer);
    thief.transport.publish(owner.topic("inbox"), payload, { qos: 1, retain: false });
    await owner.works();
    expect(owner.heardOf(offer.job)).toEqual([]);
  });

  it("goes on after a program that breaks the slot's protocol", async () => {
    const member = await Member.join();
    const forgeries = [
      "(await import('node:fs')).writeSync(1, new Uint8Array([255, 255, 255, 255]))",
      "for (;;) dispatchEvent(new Event('message'))",
      "Object.prototype.status = 'ok'; Object.prototype.type = 'end'; JSON.stringify = () => '{}'; null.x",
    ];
    for (const code of forgeries)
      member.send(await member.seal({ ...anOffer(code), limit: 500 as OfferMessage["limit"] }));
    await member.works();
  });
});

import { describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryJobBroker } from "#shared/adapters/MemoryJobTransport.ts";
import type { JobMessage } from "#shared/jobs/jobMessage.ts";
import { JobOutbox, type Destination } from "#shared/jobs/link/JobOutbox.ts";
import { NodeSigner } from "../../../../../workers/agent/NodeSigner.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";
import { at, offerOf, runOf } from "../../../../support/jobs/messages.ts";

const job = runOf("job-1");
const recall: JobMessage = { type: "recall", job };
const rcv: JobMessage = { type: "rcv", job };
const chunk = (size: number): JobMessage => ({
  ...{ type: "chunk", job, attempt: 1, n: 0, last: true, data: new Uint8Array(size) },
});

/** An outbox, and the qualities of service with which it publishes. */
class Bench {
  readonly qualities: number[] = [];
  readonly clock = new FakeClock();
  readonly #outbox: JobOutbox;

  constructor() {
    const transport = new MemoryJobBroker().connect();
    transport.publish = (_topic, _payload, { qos }) => void this.qualities.push(qos);
    this.#outbox = new JobOutbox({
      ...{ transport, clock: this.clock, afterTurn: queueMicrotask, logger: silentLogger },
      ...{ sender: { key: new Uint8Array(32), signer: NodeSigner.create() }, incarnation: 1 },
    });
  }

  /** Sends messages in one envelope. */
  async says(messages: readonly JobMessage[], changes: Partial<Destination> = {}): Promise<readonly number[]> {
    this.qualities.length = 0;
    const to: Destination = { topic: "mb1/T/i/N/M", to: 1, qos: 1, retain: false, ...changes };
    for (const message of messages) this.#outbox.add(to, message);
    await this.#outbox.drain();
    return this.qualities;
  }
}

describe("JobOutbox", () => {
  it("has the broker acknowledge nothing that is repeated until it came", async () => {
    const bench = new Bench();
    expect(await bench.says([offerOf("job-1"), rcv])).toEqual([0]);
    expect(await bench.says([chunk(100)])).toEqual([0]);
  });

  it("has it acknowledge what is said once, with all that goes along", async () => {
    const bench = new Bench();
    expect(await bench.says([recall])).toEqual([1]);
    expect(await bench.says([rcv, recall])).toEqual([1]);
    expect(await bench.says([rcv])).toEqual([0]);
    expect(await bench.says([rcv], { inPieces: true })).toEqual([1]);
  });

  it("has it acknowledge much output, and for a second what follows to the same peer", async () => {
    const bench = new Bench();
    expect(await bench.says([chunk(20_000)])).toEqual([1]);
    expect(await bench.says([rcv])).toEqual([1]);
    expect(await bench.says([rcv], { topic: "mb1/T/i/O/M" })).toEqual([0]);
    await bench.clock.advanceAsync(at(1_000));
    expect(await bench.says([rcv])).toEqual([0]);
  });
});

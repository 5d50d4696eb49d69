import { encode } from "cborg";
import { describe, expect, it } from "vitest";
import { CellId, KernelId } from "#shared/base/ids.ts";
import { parseTraceParent } from "#shared/base/traceParent.ts";
import { mib, ms } from "#shared/base/units.ts";
import { decodeBatch, decodeCbor, encodeBatch, encodeCbor, encodeJobMessage } from "#shared/jobs/jobCodec.ts";
import {
  CHUNK_LIMIT,
  DEFAULT_PRIORITY,
  PAYLOAD_LIMIT,
  type AgentFacts,
  type JobMessage,
  type OfferMessage,
} from "#shared/jobs/jobMessage.ts";
import { bytesOfHex, hexOf, offerOf, peerOf, programOf, runOf } from "../../../support/jobs/messages.ts";

const job = runOf("job-1");
const cell = CellId.parse("cell-1")!;
const inputs = Object.fromEntries([
  ["__proto__", cell],
  ["x", cell],
]);

const TRACE = parseTraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")!;
const messages: readonly JobMessage[] = [
  { type: "presence", name: "Ana", agent: undefined },
  {
    type: "presence",
    name: "Lab 3",
    agent: { languages: ["javascript"], slots: 3, freeSlots: 0, isolation: 3 },
  },
  { type: "gone", final: true },
  { type: "heartbeat", jobs: [{ job, chunks: 7 }] },
  offerOf("job-1", { before: [{ ...programOf("const x = 1"), inputs, defines: ["x", "__proto__"] }] }),
  { type: "ack", job, attempt: 1, state: "running" },
  { type: "busy", job, retry: ms(1_000) },
  { type: "chunk", job, attempt: 1, n: 0, last: true, data: new Uint8Array([91, 93]) },
  { type: "done", job, attempt: 1, chunks: 1, end: { status: "executed", end: { status: "ok" } } },
  {
    type: "done",
    job,
    attempt: 2,
    chunks: 0,
    end: { status: "executed", end: { status: "error", cell, at: { line: 2, column: 5 } } },
  },
  {
    type: "done",
    job,
    attempt: 1,
    chunks: 0,
    end: { status: "executed", end: { status: "error", cell, at: undefined } },
  },
  {
    type: "done",
    job,
    attempt: 1,
    chunks: 0,
    end: { status: "executed", end: { status: "interrupted", stateLost: true } },
  },
  { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" } },
  { type: "done", job, attempt: 1, chunks: 0, end: { status: "failed", code: "expired", message: "too late" } },
  {
    type: "done",
    job,
    attempt: 1,
    chunks: 0,
    end: { status: "failed", code: "kernel-lost", message: "x", again: true },
  },
  { type: "rcv", job },
  { type: "got", job, next: 8 },
  { type: "need", job, from: 3 },
  { type: "cancel", job },
  { type: "unknown", job },
  { type: "lost", kernel: KernelId.parse("kernel-1")! },
  { type: "release", kernel: KernelId.parse("kernel-1")! },
  { type: "heartbeat", jobs: [], credits: [{ peer: peerOf("a"), credit: 12 }] },
  offerOf("job-1", { attempt: 3, fence: 3, priority: 0 }),
  { type: "ack", job, attempt: 2, state: "queued", credit: 1 },
  { type: "busy", job, attempt: 2, retry: ms(1_000), credit: 0 },
  { type: "ask", job, attempt: 1, question: 2, prompt: "Name: ", secret: true },
  { type: "ask", job, attempt: 1, question: 2, prompt: "", secret: false, over: true },
  { type: "answer", job, attempt: 1, question: 2, text: "" },
  { type: "answer", job, question: 1 },
  { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" }, credit: 3 },
  { type: "recall", job, attempt: 2 },
  { type: "cancel", job, attempt: 2 },
  { type: "rcv", job, attempt: 2 },
  offerOf("job-2", { anyKernel: true }),
  offerOf("job-3", { traceparent: TRACE }),
  { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" }, traceparent: TRACE },
  {
    type: "presence",
    name: "Lab 3",
    agent: { languages: ["javascript"], slots: 3, freeSlots: 0, isolation: 3, draining: true },
  },
  {
    type: "presence",
    name: "Lab 4",
    agent: {
      ...{ languages: ["python"], slots: 1, freeSlots: 1, isolation: 2, labels: { gpu: "a100", room: "2.04 b" } },
      ...{ versions: { meshbook: "0.1.0" }, allow: [peerOf("a")], recent: 252 },
    },
  },
];

const FACTS = { languages: ["javascript"], slots: 1, freeSlots: 1, isolation: 3 };
const manyLabels = Object.fromEntries(Array.from({ length: 17 }, (_, n) => [`label${n}`, "x"]));
const batchProto = Object.fromEntries([["__proto__", "x"]]);

const batchOf = (...values: readonly unknown[]): Uint8Array => encodeBatch(values.map((value) => encodeCbor(value)));

describe("the codec of job messages", () => {
  it.each(messages.map((message) => [message.type, message] as const))("carries %s", (_type, message) => {
    expect(decodeBatch(encodeBatch([encodeJobMessage(message)]))).toEqual([message]);
  });

  it("keeps several messages in their order", () => {
    expect(decodeBatch(encodeBatch(messages.map(encodeJobMessage)))).toEqual(messages);
  });

  it("always writes these bytes: other programs read them", () => {
    const golden = (message: JobMessage): string => hexOf(encodeJobMessage(message));
    expect(golden({ type: "rcv", job })).toBe("a2636a6f62656a6f622d31647479706563726376");
    expect(golden({ type: "chunk", job, attempt: 1, n: 0, last: true, data: new Uint8Array([91, 93]) })).toBe(
      "a6616e00636a6f62656a6f622d316464617461425b5d646c617374f564747970656563" + "68756e6b67617474656d707401",
    );
    expect(golden({ type: "gone", final: false })).toBe("a2647479706564676f6e656566696e616cf4");
    expect(hexOf(encodeBatch([encodeJobMessage({ type: "rcv", job })]))).toBe(
      "8154a2636a6f62656a6f622d31647479706563726376",
    );
  });

  it("writes credits and attempts as more fields of messages that older peers read", () => {
    const golden = (message: JobMessage): string => hexOf(encodeJobMessage(message));
    expect(golden({ type: "ack", job, attempt: 1, state: "running", credit: 4 })).toBe(
      "a5636a6f62656a6f622d3164747970656361636b6573746174656772756e6e696e6766637265646974046761" + "7474656d707401",
    );
    expect(golden({ type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" }, credit: 4 })).toBe(
      "a663656e64a1667374617475736963616e63656c6c6564636a6f62656a6f622d31647479706564646f6e65666368756e6b7300666372656469740467617474656d707401",
    );
    expect(golden({ type: "recall", job, attempt: 2 })).toBe(
      "a3636a6f62656a6f622d31647479706566726563616c6c67617474656d707402",
    );
  });

  it("writes a question and its answer as messages that older peers leave out", () => {
    const golden = (message: JobMessage): string => hexOf(encodeJobMessage(message));
    expect(golden({ type: "ask", job, attempt: 1, question: 1, prompt: "n? ", secret: false })).toBe(
      "a6636a6f62656a6f622d3164747970656361736b6670726f6d7074636e3f2066736563726574f467617474656d707401687175657374696f6e01",
    );
    expect(golden({ type: "answer", job, attempt: 1, question: 1, text: "7" })).toBe(
      "a5636a6f62656a6f622d31647465787461376474797065666" + "16e7377657267617474656d707401687175657374696f6e01",
    );
    expect(golden({ type: "answer", job, attempt: 1, question: 1 })).toBe(
      "a4636a6f62656a6f622d316474797065666" + "16e7377657267617474656d707401687175657374696f6e01",
    );
  });

  it("writes the trace context as one more field, and takes one that is none for nothing", () => {
    const done = { type: "done", job, attempt: 1, chunks: 0, end: { status: "cancelled" } } as const;
    expect(hexOf(encodeJobMessage({ ...done, traceparent: TRACE }))).toBe(
      "a663656e64a1667374617475736963616e63656c6c6564636a6f62656a6f622d31647479706564646f6e65666368756e6b730067617474656d7074016b" +
        "7472616365706172656e747837" +
        hexOf(new TextEncoder().encode(TRACE)),
    );
    for (const traceparent of ["", "00-zz", 7, `${TRACE}x`]) {
      expect(decodeBatch(batchOf({ ...done, traceparent }))).toEqual([done]);
      expect(decodeBatch(batchOf({ ...offerOf("job-1"), traceparent }))).toEqual([offerOf("job-1")]);
    }
  });

  it("writes an error after the end of a job as a message that older peers leave out", () => {
    const late: JobMessage = { type: "late", job, data: new Uint8Array([91, 93]) };
    expect(hexOf(encodeJobMessage(late))).toBe("a3636a6f62656a6f622d316464617461425b5d6474797065646c617465");
    expect(decodeBatch(batchOf(late))).toEqual([late]);
    expect(decodeBatch(batchOf({ ...late, data: new Uint8Array(CHUNK_LIMIT + 1) }))).toBeUndefined();
  });

  it("writes the memory limit of a program as one more field, and takes one that is none for nothing", () => {
    const bounded = offerOf("job-1", { program: { ...programOf("1"), memory: mib(256) } });
    // `memory`, 268435456
    expect(hexOf(encodeJobMessage(bounded))).toContain("666d656d6f72791a10000000");
    expect(decodeBatch(batchOf(bounded))).toEqual([bounded]);
    const plain = offerOf("job-1", { program: programOf("1") });
    for (const memory of [-1, 0, 1.5, mib(64), mib(4096), "256", null]) {
      const program = { ...plain.program, memory };
      expect(decodeBatch(batchOf({ ...plain, program }))).toEqual([plain]);
    }
  });

  it("writes that an agent drains as one more field of what it shows", () => {
    const facts = { languages: [], slots: 1, freeSlots: 0, isolation: 2 } as const;
    const shown = (agent: AgentFacts): string => hexOf(encodeJobMessage({ type: "presence", name: "", agent }));
    expect(shown({ ...facts, draining: true })).toBe(
      "a3646e616d656064747970656870726573656e6365656167656e74a565736c6f74730168647261696e696e67f5" +
        "6966726565536c6f7473006969736f6c6174696f6e02696c616e67756167657380",
    );
    expect(shown(facts)).not.toContain(hexOf(new TextEncoder().encode("draining")));
  });

  it("writes labels, versions and who is allowed as more fields of an agent's facts", () => {
    const facts = { languages: ["sql"], slots: 1, freeSlots: 1, isolation: 3 } as const;
    const more = { labels: { gpu: "a100" }, versions: { deno: "2.9.6" }, allow: [peerOf("a")] };
    expect(hexOf(encodeJobMessage({ type: "presence", name: "n", agent: { ...facts, ...more } }))).toBe(
      "a3646e616d65616e64747970656870726573656e6365656167656e74a765616c6c6f77817661616161616161616161616161" +
        "61616161616161616165736c6f747301666c6162656c73a16367707564613130306876657273696f6e73a16464656e6f6532" +
        "2e392e366966726565536c6f7473016969736f6c6174696f6e03696c616e677561676573816373716c",
    );
  });

  it("reads what older peers write: no attempt, no credit, no priority", () => {
    const older: Partial<Record<keyof OfferMessage, unknown>> = { ...offerOf("job-1") };
    delete older.priority;
    const ack = { type: "ack", job, attempt: 1, state: "running" };
    expect(decodeBatch(batchOf(older, ack, { type: "busy", job, retry: 5 }))).toEqual([
      { ...older, priority: DEFAULT_PRIORITY },
      ack,
      { type: "busy", job, retry: 5 },
    ]);
  });

  it.each([
    ["a credit below 0", { type: "busy", job, retry: 5, credit: -1 }],
    ["a priority beyond the last", { ...offerOf("job-1"), priority: 10 }],
    ["attempt 0", { type: "cancel", job, attempt: 0 }],
    ["a label that is no word", { type: "presence", name: "", agent: { ...FACTS, labels: { "a b": "c" } } }],
    ["a label of the prototype", { type: "presence", name: "", agent: { ...FACTS, labels: batchProto } }],
    ["a label without an end", { type: "presence", name: "", agent: { ...FACTS, labels: { a: "x".repeat(65) } } }],
    ["too many labels", { type: "presence", name: "", agent: { ...FACTS, labels: manyLabels } }],
    ["versions that are a list", { type: "presence", name: "", agent: { ...FACTS, versions: ["1"] } }],
    ["allowed names", { type: "presence", name: "", agent: { ...FACTS, allow: ["Ana"] } }],
    ["question 0", { type: "ask", job, attempt: 1, question: 0, prompt: "", secret: false }],
    [
      "a prompt without an end",
      { type: "ask", job, attempt: 1, question: 1, prompt: "x".repeat(2_001), secret: false },
    ],
    ["an answer without an end", { type: "answer", job, question: 1, text: "x".repeat(32_769) }],
    ["an answer that is no text", { type: "answer", job, question: 1, text: 7 }],
    ["credits without peers", { type: "heartbeat", jobs: [], credits: [{ credit: 1 }] }],
  ])("refuses %s", (_what, value) => {
    expect(decodeBatch(batchOf(value))).toBeUndefined();
  });

  it("leaves out messages of a type it does not know", () => {
    expect(decodeBatch(batchOf({ type: "handoff", batch: 1 }, { type: "rcv", job }))).toEqual([{ type: "rcv", job }]);
  });

  it("ignores fields it does not know", () => {
    expect(decodeBatch(batchOf({ type: "rcv", job, credit: 4 }))).toEqual([{ type: "rcv", job }]);
  });

  it.each([
    ["no list", encodeCbor({ type: "rcv", job })],
    ["no bytes in the list", encodeCbor([{ type: "rcv", job }])],
    ["a message without a type", batchOf({ job })],
    ["a type of its prototype", batchOf({ type: ["rcv"], job })],
    ["a job id with a slash", batchOf({ type: "rcv", job: "a/b" })],
    ["a job id that is too long", batchOf({ type: "rcv", job: "j".repeat(65) })],
    ["a negative count", batchOf({ type: "need", job, from: -1 })],
    ["a fraction", batchOf({ type: "need", job, from: 0.5 })],
    ["a chunk that is too large", batchOf({ ...messages[7], data: new Uint8Array(CHUNK_LIMIT + 1) })],
    ["a chunk of text", batchOf({ ...messages[7], data: "[]" })],
    ["an offer without a notebook", batchOf({ ...offerOf("job-1"), notebook: undefined })],
    ["an offer that may run for ever", batchOf({ ...offerOf("job-1"), limit: 1e12 })],
    ["a program of another language", batchOf({ ...offerOf("job-1"), program: { ...programOf(""), language: "c" } })],
    ["an input that is no cell", batchOf({ ...offerOf("job-1"), program: { ...programOf(""), inputs: { x: "" } } })],
    [
      "facts without slots",
      batchOf({ type: "presence", name: "", agent: { languages: [], freeSlots: 0, isolation: 3 } }),
    ],
    ["an end of no kind", batchOf({ type: "done", job, attempt: 1, chunks: 0, end: { status: "lost" } })],
    ["bytes that end too soon", encodeBatch([encodeJobMessage({ type: "rcv", job })]).slice(0, -1)],
    ["bytes after the end", new Uint8Array([...batchOf({ type: "rcv", job }), 0])],
    ["nothing", new Uint8Array()],
  ])("refuses a batch with %s", (_what, bytes) => {
    expect(decodeBatch(bytes)).toBeUndefined();
  });

  it.each([
    ["a key twice", "a2616101616102"],
    ["a number written long", "1801"],
    ["a list without its length", "9f01ff"],
    ["undefined", "f7"],
    ["infinity", "f97c00"],
    ["not a number", "f97e00"],
    ["a tag", "c074323031332d30332d32315432303a30343a30305a"],
    ["a list longer than its bytes", "9b7fffffffffffffff"],
    ["a text longer than its bytes", "7a7fffffff61"],
  ])("refuses CBOR with %s", (_what, hex) => {
    expect(decodeCbor(bytesOfHex(hex))).toBeUndefined();
  });

  it("survives nesting as deep as a payload allows", () => {
    expect(decodeCbor(new Uint8Array(PAYLOAD_LIMIT).fill(0x81))).toBeUndefined();
    expect(decodeCbor(new Uint8Array(PAYLOAD_LIMIT + 1))).toBeUndefined();
  });

  it("does not let a key change what an object is", () => {
    const decoded = decodeBatch(encodeBatch([encode({ type: "rcv", job, ["__proto__"]: { polluted: true } })]));
    expect(decoded).toEqual([{ type: "rcv", job }]);
    expect("polluted" in {}).toBe(false);
  });
});

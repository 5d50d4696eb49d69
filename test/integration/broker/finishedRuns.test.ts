import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as Y from "yjs";
import { toBase64url } from "#shared/base/base64url.ts";
import { CellId, RoomId, RunId, type PeerId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import {
  FINISHED_KEY_HEADER,
  FINISHED_PATH,
  FINISHED_SIGNATURE_HEADER,
  finishedMessage,
  type FinishedRun,
} from "#shared/contracts/host/finishedRoute.ts";
import { beginRun, readRun } from "#shared/notebook/editRuns.ts";
import { outputsSoFar } from "#shared/notebook/outputsSoFar.ts";
import { parseRunRecord } from "#shared/notebook/runRecord.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { stockClient, synced, type StockClient } from "../../support/hub/hubClient.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

let host: RunningHost;
beforeAll(async () => {
  host = await startHost();
});
afterAll(() => host.stop());

const agent = NodeSigner.create();
const cell = CellId.create();

interface Sending {
  readonly signer?: NodeSigner;
  /** What is sent in place of what was signed. */
  readonly body?: string;
  /** The notebook that the signature is for. */
  readonly signedFor?: RoomId;
}

async function send(room: RoomId, run: unknown, { signer = agent, body, signedFor }: Sending = {}): Promise<number> {
  const signed = new TextEncoder().encode(JSON.stringify(run));
  const signature = await signer.sign(finishedMessage(signedFor ?? room, signed));
  const response = await fetch(`${host.base}${FINISHED_PATH}${room}`, {
    method: "POST",
    body: body ?? signed,
    headers: {
      [FINISHED_KEY_HEADER]: toBase64url(signer.publicKey),
      [FINISHED_SIGNATURE_HEADER]: toBase64url(signature),
    },
  });
  await response.body?.cancel();
  return response.status;
}

function begin(doc: Y.Doc, run: RunId, given: PeerId): void {
  const where = { at: "agent", agent: given, name: "lab" } as const;
  const record = parseRunRecord({ run, status: "began", where, started: unixMs(5), count: 4, byName: "Ana" });
  beginRun(doc, cell, record!);
}

const finished = (run: RunId, change: Partial<FinishedRun> = {}): FinishedRun => ({
  ...{ run, cell, status: "ok", duration: ms(40), errorAt: undefined },
  outputs: [
    { output_type: "stream", name: "stdout", text: "x".repeat(5_000) },
    { output_type: "execute_result", data: { "text/plain": "7" }, metadata: {}, execution_count: null },
  ],
  ...change,
});

/** A notebook in which a run was given to the agent, which the host has. */
async function given(to: PeerId = agent.peer): Promise<{ room: RoomId; run: RunId; ana: StockClient }> {
  const [room, run] = [RoomId.create(), RunId.create()];
  const ana = stockClient(host.webSocketBase, room);
  await synced(ana);
  begin(ana.doc, run, to);
  const ben = stockClient(host.webSocketBase, room);
  await synced(ben);
  await untilTrue("the host has it", () => readRun(ben.doc, cell)?.run === run);
  ben.close();
  return { room, run, ana };
}

describe("what a run has given so far", () => {
  const soFar = (run: RunId, text: string) => ({
    ...{ run, cell, status: "running" },
    outputs: [{ output_type: "stream", name: "stdout", text }],
  });
  const shown = ({ doc }: StockClient) => outputsSoFar(doc, cell, readRun(doc, cell)!);

  it("is in the notebook for everybody who is there or comes, each time more, and gives way to the end", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, soFar(run, "one\n"))).toBe(204);
    await untilTrue("it is told", () => shown(ana)[0]?.inline?.includes("one") === true);
    expect(await send(room, soFar(run, "one\n" + "two\n".repeat(1_000)))).toBe(204);
    await untilTrue("more is told", () => shown(ana)[0]?.inline === undefined);
    expect(readRun(ana.doc, cell)).toMatchObject({ status: "began", outputs: [] });
    const ben = stockClient(host.webSocketBase, room);
    await synced(ben);
    const blob = await fetch(`${host.base}/blobs/${room}/${shown(ben)[0]!.hash}`);
    expect(await blob.text()).toContain("one\\ntwo\\ntwo");
    expect(await send(room, finished(run))).toBe(204);
    await untilTrue("it has ended", () => readRun(ben.doc, cell)?.status === "ok");
    expect(shown(ben)).toEqual([]);
    expect(await send(room, soFar(run, "late"))).toBe(409);
    ana.close();
    ben.close();
  });

  it("is not taken from any device but the one that the notebook names, nor for another run", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, soFar(run, "x"), { signer: NodeSigner.create() })).toBe(409);
    expect(await send(room, soFar(RunId.create(), "x"))).toBe(409);
    expect(await send(room, { ...soFar(run, "x"), outputs: undefined })).toBe(400);
    expect(shown(ana)).toEqual([]);
    ana.close();
  });

  it("is taken at a pace, whatever the agent brings, and the end at once", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, soFar(run, "x".repeat(4_000_000)))).toBe(204);
    expect(await send(room, soFar(run, "another"))).toBe(429);
    expect(await send(room, finished(run))).toBe(204);
    ana.close();
  });
});

describe("the end of a run that an agent brings to the class host", () => {
  it("is written once into the notebook, with blobs and number, for everybody who is there or comes", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, finished(run))).toBe(204);
    await untilTrue("it is told", () => readRun(ana.doc, cell)?.status === "ok");
    const record = readRun(ana.doc, cell)!;
    expect(record).toMatchObject({ run, count: 4, byName: "Ana", duration: 40, where: { agent: agent.peer } });
    expect(record.outputs).toHaveLength(2);
    expect(record.outputs[0]!.inline).toBeUndefined();
    expect(record.outputs[1]!.inline).toContain(`"execution_count":4`);
    const blob = await fetch(`${host.base}/blobs/${room}/${record.outputs[0]!.hash}`);
    expect(await blob.text()).toContain("xxxxx");
    expect(await send(room, finished(run, { status: "error", outputs: [] }))).toBe(409);
    expect(readRun(ana.doc, cell)).toEqual(record);
    ana.close();
  });

  it("says that nothing was executed, where the agent says so", async () => {
    const { room, run, ana } = await given();
    const notRun = "it waited too long for a free slot";
    expect(await send(room, finished(run, { status: "error", outputs: [], notRun }))).toBe(204);
    await untilTrue("it is told", () => readRun(ana.doc, cell)?.status === "error");
    expect(readRun(ana.doc, cell)).toMatchObject({ run, notRun });
    ana.close();
  });

  it("is not taken from any device but the one that the notebook names", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, finished(run), { signer: NodeSigner.create() })).toBe(409);
    const { ana: other, ...elsewhere } = await given(NodeSigner.create().peer);
    expect(await send(elsewhere.room, finished(elsewhere.run))).toBe(409);
    expect(await send(room, finished(run), { signedFor: elsewhere.room })).toBe(403);
    expect(await send(room, finished(run), { body: JSON.stringify(finished(run, { status: "error" })) })).toBe(403);
    expect([ana, other].map(({ doc }) => readRun(doc, cell)?.status)).toEqual(["began", "began"]);
    ana.close();
    other.close();
  });

  it("is not taken for another run, another cell, or what is no run at all", async () => {
    const { room, run, ana } = await given();
    expect(await send(room, finished(RunId.create()))).toBe(409);
    expect(await send(room, finished(run, { cell: CellId.create() }))).toBe(409);
    expect(await send(room, { ...finished(run), outputs: [{ output_type: "evil" }] })).toBe(400);
    expect(await send(RoomId.create(), finished(run))).toBe(409);
    // The user ran the cell again meanwhile.
    begin(ana.doc, RunId.create(), agent.peer);
    await untilTrue("the host knows", async () => (await send(room, finished(run))) === 409);
    expect(readRun(ana.doc, cell)?.status).toBe("began");
    ana.close();
  });
});

import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, RoomId, RunId } from "#shared/base/ids.ts";
import { bytes } from "#shared/base/units.ts";
import { beginRun, readRun } from "#shared/notebook/editRuns.ts";
import { mayHaveScripts } from "#shared/notebook/outputScripts.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { OutputSigner } from "#shared/session/execution/OutputSigner.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";

const room = RoomId.create();
const cell = CellId.create();
const device = NodeSigner.create();
const signer = new OutputSigner(device, () => room);

const output = (body: string, mime: string) => ({
  hash: contentHashOfText(body),
  mime,
  size: bytes(body.length),
  inline: body,
});

const record = (over: Partial<RunRecord> = {}): RunRecord => ({
  run: RunId.create(),
  by: device.peer,
  byName: "Ana",
  where: { at: "here" },
  sourceHash: undefined,
  inputs: {},
  started: undefined,
  duration: undefined,
  status: "ok",
  count: 1,
  outputs: [output("<script>", "text/html")],
  errorAt: undefined,
  ...over,
});

async function signed(over: Partial<RunRecord> = {}): Promise<RunRecord> {
  const made = record(over);
  const proof = await signer.prove(cell, made);
  return { ...made, ...(proof && { proof }) };
}

describe("the author of an output", () => {
  it("is known from the document to every device", async () => {
    const doc = new Y.Doc();
    beginRun(doc, cell, await signed());
    const read = readRun(doc, cell)!;
    const reader = new OutputSigner(NodeSigner.create(), () => room);
    expect(await reader.authorOf(cell, read)).toBe(device.peer);
  });

  it.each<readonly [string, (made: RunRecord) => RunRecord | Promise<RunRecord>]>([
    ["another output", (made) => ({ ...made, outputs: [output("<script>evil", "text/html")] })],
    ["one more output", (made) => ({ ...made, outputs: [...made.outputs, output("<b>", "text/html")] })],
    ["another run", (made) => ({ ...made, run: RunId.create() })],
    ["another name", (made) => ({ ...made, byName: "The teacher" })],
    ["another device's name on it", (made) => ({ ...made, by: NodeSigner.create().peer })],
    ["no signature", ({ run, outputs }) => record({ run, outputs })],
    ["a signature of nothing", (made) => ({ ...made, proof: { ...made.proof!, signature: "A".repeat(86) } })],
    ["a key that is none", (made) => ({ ...made, proof: { ...made.proof!, key: "short" } })],
    [
      "the signature of another device",
      async (made) => ({ ...made, proof: (await new OutputSigner(other, () => room).prove(cell, asOther(made)))! }),
    ],
  ])("is nobody's with %s", async (_, change) => {
    const changed = await change(await signed());
    expect(await signer.authorOf(cell, changed)).toBeUndefined();
  });

  it("is nobody's in another cell or notebook", async () => {
    const made = await signed();
    expect(await signer.authorOf(CellId.create(), made)).toBeUndefined();
    const elsewhere = new OutputSigner(device, () => RoomId.create());
    expect(await elsewhere.authorOf(cell, made)).toBeUndefined();
  });

  it("is signed only where it matters, and only for one's own runs", async () => {
    expect((await signed({ outputs: [output("3", "text/plain")] })).proof).toBeUndefined();
    expect((await signed({ by: NodeSigner.create().peer })).proof).toBeUndefined();
    expect((await signed({ outputs: [output("<svg/>", "image/svg+xml")] })).proof).toBeDefined();
  });
});

const other = NodeSigner.create();
const asOther = (made: RunRecord): RunRecord => ({ ...made, by: other.peer });

describe("whether HTML may have scripts", () => {
  it.each([
    "<script>1</script>",
    "<SCRIPT src=x>",
    "<script/x>",
    "<img src=x onerror=alert(1)>",
    '<svg onload="1">',
    "<svg/onload=1>",
    "<img src='x'onerror=1>",
    "<p\nonclick = 1>",
    "<a href=JavaScript:1>",
  ])("yes: %s", (html) => expect(mayHaveScripts(html)).toBe(true));

  it.each(["<p>on=1</p>", "<table><tr><td>3", "<b class=once>", "a < b on = c", ""])("no: %s", (html) =>
    expect(mayHaveScripts(html)).toBe(false),
  );
});

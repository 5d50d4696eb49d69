import { describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId, RunId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { deflate, inflate } from "#shared/exchange/deflate.ts";
import { DOCUMENT_LIMIT, FILE_BLOBS_LIMIT } from "#shared/exchange/fileParts.ts";
import { encodeManifest, type Manifest } from "#shared/exchange/manifest.ts";
import { mergeMeshbookFile } from "#shared/exchange/mergeMeshbookFile.ts";
import { readMeshbookFile, type MeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { readSections, writeSections, type Section } from "#shared/exchange/sections.ts";
import { writeMeshbookFile, type FileContent } from "#shared/exchange/writeMeshbookFile.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { documentDigest } from "#shared/notebook/digest.ts";
import { beginRun } from "#shared/notebook/editRuns.ts";
import { createOutputRef } from "#shared/notebook/outputRef.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { META, notebookRoots } from "#shared/notebook/schema.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";

const ROOM = RoomId.create();
const BODY = JSON.stringify({ output_type: "stream", name: "stdout", text: "x".repeat(5000) });
const output = createOutputRef(BODY, "text/plain");

function notebook(title = "Lab 1"): Y.Doc {
  const doc = new Y.Doc();
  const cells = [
    { kind: "code", language: "javascript", source: "1 + 1" },
    { kind: "markdown", language: "markdown", source: "# Über 🎈" },
  ] as const;
  createNotebook(doc, { title, language: "javascript", cells });
  return doc;
}

function withRun(doc: Y.Doc): Y.Doc {
  beginRun(doc, readNotebook(doc).cells[0]!.id, {
    run: RunId.create(),
    by: undefined,
    byName: "Ana",
    where: { at: "here" },
    sourceHash: undefined,
    inputs: {},
    started: unixMs(1),
    duration: undefined,
    status: "ok",
    count: 1,
    outputs: [output.ref],
    errorAt: undefined,
  });
  return doc;
}

const content = (doc: Y.Doc, more: Partial<FileContent> = {}): FileContent => ({
  room: ROOM,
  doc,
  made: unixMs(1_700_000_000_000),
  blobs: [],
  leftOut: 0,
  key: undefined,
  ...more,
});

async function read(file: Uint8Array): Promise<MeshbookFile> {
  const result = await readMeshbookFile(file);
  if (!result.ok) throw result.error;
  return result.value;
}

async function refusal(file: Uint8Array): Promise<string> {
  const result = await readMeshbookFile(file);
  return result.ok ? "read" : result.error.message;
}

const section = (name: string, body: Uint8Array): Section => ({
  name,
  deflated: false,
  length: body.length,
  stored: body,
});

/** A file with sound checksums and whatever inside. */
function forged(doc: Y.Doc, manifest: Partial<Manifest> = {}, more: readonly Section[] = []): Uint8Array {
  const head = encodeManifest({
    room: ROOM,
    title: "Forged",
    made: unixMs(0),
    minReader: 1,
    digest: documentDigest(doc),
    leftOut: 0,
    key: undefined,
    ...manifest,
  });
  return writeSections([section("Head", head), section("Docu", Y.encodeStateAsUpdateV2(doc)), ...more]);
}

describe("a .meshbook file", () => {
  it("gives back the notebook, its outputs and what is said of them", async () => {
    const doc = withRun(notebook());
    const file = await read(await writeMeshbookFile(content(doc, { blobs: [output.body], leftOut: 2 })));
    expect(file.manifest).toEqual({
      room: ROOM,
      title: "Lab 1",
      made: 1_700_000_000_000,
      minReader: 1,
      digest: documentDigest(doc),
      leftOut: 2,
      key: undefined,
    });
    expect(canonicalContent(file.doc)).toBe(canonicalContent(doc));
    expect(file.blobs).toEqual([output.body]);
  });

  it("holds no key, unless whoever made it said so", async () => {
    const secret = createRoomSecret();
    const without = await writeMeshbookFile(content(notebook()));
    expect((await read(without)).manifest.key).toBeUndefined();
    const host = "http://192.168.1.5:8720";
    const withKey = await read(await writeMeshbookFile(content(notebook(), { key: { secret, host } })));
    expect(withKey.manifest.key).toEqual({ secret, host });
  });

  it("is smaller than what is in it", async () => {
    const doc = withRun(notebook());
    const file = await writeMeshbookFile(content(doc, { blobs: [output.body] }));
    expect(file.length).toBeLessThan(2000);
  });

  it("is refused with the place after any damage to any byte", async () => {
    const file = await writeMeshbookFile(content(withRun(notebook()), { blobs: [output.body] }));
    for (let at = 0; at < file.length; at++) {
      for (const bit of [0, 3, 7]) {
        const torn = file.slice();
        torn[at] = torn[at]! ^ (1 << bit);
        expect(await refusal(torn), `byte ${at}, bit ${bit}`).toMatch(/^byte \d+: |newer Meshbook/);
      }
    }
  });

  it("is refused wherever it was cut off, and with anything added", async () => {
    const file = await writeMeshbookFile(content(notebook()));
    for (let length = 0; length < file.length; length++) {
      expect(await refusal(file.subarray(0, length)), `${length} bytes`).toMatch(
        /cut off|not a Meshbook file|is empty/,
      );
    }
    expect(await refusal(Uint8Array.of(...file, 0))).toMatch(/^byte \d+: something was added/);
  });

  it("says so when a program took it for text", async () => {
    const file = await writeMeshbookFile(content(notebook()));
    const mailed = new TextEncoder().encode(new TextDecoder().decode(file));
    expect(await refusal(mailed)).toMatch(/as if it were text/);
    expect(await refusal(new TextEncoder().encode("{}"))).toBe("byte 0: this is not a Meshbook file");
    expect(await refusal(new Uint8Array())).toBe("the file is empty: copy it again, or export it again");
  });

  it("is refused in words when newer code made it", async () => {
    const file = await writeMeshbookFile(content(notebook()));
    file[8] = 2;
    expect(await refusal(file)).toMatch(/newer Meshbook/);
    const later = notebook();
    notebookRoots(later).meta.set(META.minReader, 2);
    expect(await refusal(forged(later, { minReader: 2 }))).toMatch(/newer Meshbook: update this one/);
    // A manifest that plays the difference down.
    expect(await refusal(forged(later))).toMatch(/newer Meshbook: update this one/);
    expect(await refusal(forged(notebook(), {}, [section("Sign", Uint8Array.of(1))]))).toMatch(/newer Meshbook/);
  });

  it("may hold parts that a reader need not know", async () => {
    expect(await refusal(forged(notebook(), {}, [section("note", Uint8Array.of(1))]))).toBe("read");
  });

  it("is refused when its document is not the one it promises, or none at all", async () => {
    expect(await refusal(forged(notebook(), { digest: "AAAAAAAAAAAAAAAA" }))).toMatch(/^byte \d+: .*not complete/);
    expect(await refusal(forged(new Y.Doc()))).toMatch(/^byte \d+: .*not complete/);
    const [head] = forgedSections(notebook());
    expect(await refusal(writeSections([head!]))).toMatch(/no part “Docu”/);
    expect(await refusal(writeSections([...forgedSections(notebook()), head!]))).toMatch(/two parts “Head”/);
    expect(await refusal(writeSections([head!, section("Docu", Uint8Array.of(7, 7, 7))]))).toMatch(/^byte \d+: /);
    expect(await refusal(writeSections([section("Head", Uint8Array.of(123)), section("Docu", head!.stored)]))).toMatch(
      /does not say what it holds/,
    );
  });

  it("gives no bodies that the notebook does not refer to", async () => {
    const file = await writeMeshbookFile(
      content(withRun(notebook()), { blobs: [output.body, Uint8Array.of(1, 2, 3)] }),
    );
    expect((await read(file)).blobs).toEqual([output.body]);
  });
});

function forgedSections(doc: Y.Doc): readonly Section[] {
  const sections = readSections(forged(doc));
  return sections.ok ? sections.value : [];
}

describe("a bomb", () => {
  const zeros = new Uint8Array(8 * 1024 * 1024);

  it("is stopped at its limit while it is inflated", async () => {
    const bomb = await deflate(zeros);
    expect(bomb.length).toBeLessThan(10_000);
    await expect(inflate(bomb, 1000)).rejects.toThrow(/unpacks to more than it says/);
    await expect(inflate(bomb, zeros.length + 1)).rejects.toThrow(/unpacks to less than it says/);
    expect(await inflate(bomb, zeros.length)).toHaveLength(zeros.length);
    await expect(inflate(zeros, 10)).rejects.toThrow(/cannot be unpacked/);
  });

  it("is refused as a document, as an output, and in the sum of outputs", async () => {
    const bomb = await deflate(zeros);
    const claim = (name: string, length: number): Section => ({ name, deflated: true, length, stored: bomb });
    const [head, document] = forgedSections(notebook());
    const tooLarge = /^byte \d+: part “\w+” unpacks to .*is the most/;
    expect(await refusal(writeSections([head!, claim("Docu", DOCUMENT_LIMIT + 1)]))).toMatch(tooLarge);
    expect(await refusal(writeSections([head!, claim("Docu", 1000)]))).toMatch(/unpacks to more than it says/);
    const blob = claim("Blob", zeros.length);
    const many = Array.from({ length: FILE_BLOBS_LIMIT / zeros.length + 1 }, () => blob);
    expect(await refusal(writeSections([head!, document!, ...many]))).toMatch(tooLarge);
  });
});

describe("mergeMeshbookFile", () => {
  it("counts what looks different, and says when nothing is new", async () => {
    const ana = notebook();
    const ben = (await read(await writeMeshbookFile(content(ana)))).doc;
    const [first, second] = readNotebook(ana).cells;
    cellSource(notebookRoots(ana).cells, first!.id)!.insert(0, "10 * ");
    cellSource(notebookRoots(ana).cells, first!.id)!.insert(0, "2 * ");
    withRun(ana);
    cellSource(notebookRoots(ben).cells, second!.id)!.insert(0, "Ben: ");
    const fromAna = await read(await writeMeshbookFile(content(ana)));
    expect(mergeMeshbookFile(ben, fromAna)).toEqual({ changes: 2, news: true, fileLacks: true });
    expect(mergeMeshbookFile(ben, fromAna)).toEqual({ changes: 0, news: false, fileLacks: true });
    const fromBen = await read(await writeMeshbookFile(content(ben)));
    expect(mergeMeshbookFile(ana, fromBen)).toEqual({ changes: 1, news: true, fileLacks: false });
    expect(canonicalContent(ana)).toBe(canonicalContent(ben));
    expect(documentDigest(ana)).toBe(documentDigest(ben));
  });
});

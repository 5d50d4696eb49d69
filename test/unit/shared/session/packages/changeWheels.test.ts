import { beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { notebookWheels, WHEEL_MIME } from "#shared/notebook/notebookWheels.ts";
import { referencedHashes } from "#shared/notebook/referencedHashes.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { setWheelPin, wheelPin } from "#shared/notebook/wheelPins.ts";
import { parseWheelLock, type WheelLock } from "#shared/packages/wheels/WheelLock.ts";
import { addWheel, removeWheel } from "#shared/session/packages/changeWheels.ts";
import { copyOutputs } from "#shared/session/app/copyOutputs.ts";
import { makeWheel, type MadeWheel } from "../../../../support/packages/makeWheel.ts";

const numpy = makeWheel({ name: "numpy", version: "2.4", files: { "numpy/__init__.py": "" } });
const shapes = makeWheel({ name: "shapes", files: { "shapes.py": "" }, needs: ["numpy", "Shapes.Core"] });
const core = makeWheel({ name: "shapes-core", files: { "shapes_core.py": "" } });
const newer = makeWheel({ name: "shapes", version: "2.0", files: { "shapes2.py": "" } });
const pin = ({ file, hash }: MadeWheel) => ({ file, hash });

const parsed = parseWheelLock({
  base: "https://wheels.example/",
  standard: ["json"],
  packages: [{ name: "numpy", version: "2.4", ...pin(numpy), imports: ["numpy"], needs: [] }],
});
const lock = (): Promise<WheelLock> => (parsed ? Promise.resolve(parsed) : Promise.reject(new Error("no list")));

let doc: Y.Doc;
let blobs: MemoryBlobStore;
const add = ({ file, content }: MadeWheel) => addWheel({ doc, blobs, lock }, { name: file, content });

beforeEach(() => {
  doc = new Y.Doc();
  blobs = new MemoryBlobStore();
});

describe("addWheel", () => {
  it("keeps the bytes by their hash, and pins what is imported from it with all it needs", async () => {
    expect(await add(shapes)).toMatchObject({ missing: ["shapes-core"], replaced: undefined });
    expect(await blobs.get(shapes.hash)).toEqual(shapes.content);
    expect(wheelPin(doc, "shapes")).toEqual([numpy, shapes].map(pin));
    // What it needs comes later: then it is pinned before it.
    expect(await add(core)).toMatchObject({ missing: [] });
    expect(wheelPin(doc, "shapes")).toEqual([numpy, core, shapes].map(pin));
    expect(notebookWheels(doc).map(({ file }) => file)).toEqual([shapes.file, core.file]);
    expect(referencedHashes(doc)).toContain(core.hash);
  });

  it("replaces another version of the package, and what was imported from that", async () => {
    await add(shapes);
    expect(await add(newer)).toMatchObject({ replaced: shapes.file });
    expect(notebookWheels(doc).map(({ file }) => file)).toEqual([newer.file]);
    expect([wheelPin(doc, "shapes"), wheelPin(doc, "shapes2")]).toEqual([undefined, [pin(newer)]]);
  });

  it("changes nothing for a file that it refuses", async () => {
    const json = makeWheel({ name: "json", files: { "json/__init__.py": "" } });
    await expect(add(json)).rejects.toThrow(/was not added: Python brings json itself/);
    await expect(add({ ...shapes, content: shapes.content.slice(0, 90) })).rejects.toThrow(/damaged/);
    expect([notebookWheels(doc), await blobs.has(json.hash)]).toEqual([[], false]);
  });

  it("is one edit, which a peer that has it at the same time merges", async () => {
    const other = new Y.Doc();
    await add(shapes);
    await addWheel({ doc: other, blobs, lock }, { name: core.file, content: core.content });
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(other));
    expect(notebookWheels(doc)).toEqual(notebookWheels(other));
    expect(notebookWheels(doc)).toHaveLength(2);
  });
});

describe("removeWheel", () => {
  it("takes out the file and what was pinned to it, and leaves other pins", async () => {
    setWheelPin(doc, "others", [pin(numpy)]);
    await add(core);
    await add(shapes);
    await removeWheel({ doc, lock }, core.file);
    expect([wheelPin(doc, "shapes_core"), wheelPin(doc, "shapes")]).toEqual([undefined, [numpy, shapes].map(pin)]);
    expect(wheelPin(doc, "others")).toEqual([pin(numpy)]);
  });
});

describe("notebookWheels", () => {
  it("leaves out what a stranger wrote that cannot be a wheel", () => {
    const { files } = notebookRoots(doc);
    files.set("a.whl", { hash: "nothing", mime: WHEEL_MIME, size: 1, imports: [], needs: [] });
    files.set("b.whl", { hash: core.hash, mime: WHEEL_MIME, size: -1, imports: [], needs: [] });
    files.set("c.whl", { hash: core.hash, mime: WHEEL_MIME, size: 1, imports: [7], needs: [] });
    files.set("table.csv", { hash: core.hash, mime: "text/csv", size: 1 });
    expect(notebookWheels(doc)).toEqual([]);
  });
});

describe("copyOutputs", () => {
  it("takes packages along when a notebook becomes shared", async () => {
    await add(core);
    const shared = new MemoryBlobStore();
    await copyOutputs(doc, blobs, shared);
    expect(await shared.get(core.hash)).toEqual(core.content);
  });
});

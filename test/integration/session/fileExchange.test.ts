// Notebooks that travel between devices as `.meshbook` files.

import { afterEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { toBase64url } from "#shared/base/base64url.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { readMeshbookFile } from "#shared/exchange/readMeshbookFile.ts";
import { writeMeshbookFile } from "#shared/exchange/writeMeshbookFile.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readRun } from "#shared/notebook/editRuns.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { documentState, notebookRoots } from "#shared/notebook/schema.ts";
import type { ChosenFile } from "#shared/ports/Host.ts";
import { EVERYBODY, signStatement } from "#shared/rooms/access/statement.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { ImportedNotebook } from "#shared/session/Meshbook.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { BASE, MemoryDevice, MemoryWorld } from "../../support/app/MemoryWorld.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

const running: RunningMeshbook[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((meshbook) => meshbook.close()));
});

/** Somebody whose device reaches nobody. */
function alone(device = new MemoryDevice(new MemoryWorld())): RunningMeshbook {
  const meshbook = device.start();
  running.push(meshbook);
  return meshbook;
}

async function open(meshbook: RunningMeshbook, room: RoomId): Promise<NotebookSession> {
  const opened = await meshbook.openNotebook(room);
  if (!opened.ok) throw new Error(opened.error);
  await untilValue(opened.value.loaded, Boolean);
  return opened.value;
}

async function take(meshbook: RunningMeshbook, file: ChosenFile): Promise<ImportedNotebook> {
  const result = await meshbook.importFile(file, "device");
  if (!result.ok) throw result.error;
  return result.value;
}

const cells = ({ doc }: NotebookSession) => readNotebook(doc).cells;

function type(session: NotebookSession, text: string, cell = 0): void {
  cellSource(notebookRoots(session.doc).cells, cells(session)[cell]!.id)!.insert(0, text);
}

const source = (session: NotebookSession): string => cells(session)[0]!.source;

describe("a notebook in a .meshbook file", () => {
  it("becomes the same notebook on another device, and files go both ways from then on", async () => {
    const [ana, ben] = [alone(), alone()];
    const room = await ana.createNotebook("Lab 1", "device");
    const a = await open(ana, room);
    type(a, "ana");
    expect(await take(ben, await ana.exportMeshbookFile(room, false))).toEqual({ room, warnings: [] });
    expect(ben.library.get().notebooks).toMatchObject([{ room, title: "Lab 1", place: "device", removed: false }]);
    const b = await open(ben, room);
    expect(source(b)).toBe("ana");
    type(a, "1 ");
    type(b, "2 ");
    const back = await ben.exportMeshbookFile(room, false);
    expect((await take(ana, back)).merged).toEqual({ changes: 1, news: true, fileLacks: true });
    expect((await take(ana, back)).merged).toEqual({ changes: 0, news: false, fileLacks: true });
    const forth = await ana.exportMeshbookFile(room, false);
    expect((await take(ben, forth)).merged).toEqual({ changes: 1, news: true, fileLacks: false });
    expect(source(a)).toBe(source(b));
    expect(source(a)).toMatch(/^(1 2|2 1) ana$/);
  });

  it("brings its large outputs, and its title", async () => {
    const [ana, ben] = [alone(), alone()];
    const room = await ana.createNotebook("Plot", "device");
    const a = await open(ana, room);
    type(a, "'x'.repeat(5000)");
    const cell = cells(a)[0]!.id;
    a.execute([cell]);
    await untilTrue("it ran", () => readRun(a.doc, cell)?.status === "ok");
    await take(ben, await ana.exportMeshbookFile(room, false));
    const b = await open(ben, room);
    const { hash, inline } = readRun(b.doc, cell)!.outputs[0]!;
    expect(inline).toBeUndefined();
    expect(await b.readOutputBody(hash)).toContain("xxxxx");
    await ana.renameNotebook(room, "Plot, corrected");
    await take(ben, await ana.exportMeshbookFile(room, false));
    expect(ben.library.get().notebooks).toMatchObject([{ title: "Plot, corrected" }]);
  });

  it("is still there after a restart, as the same notebook", async () => {
    const ana = alone();
    const device = new MemoryDevice(new MemoryWorld());
    const ben = alone(device);
    const room = await ana.createNotebook("Lab 1", "device");
    await take(ben, await ana.exportMeshbookFile(room, false));
    await ben.close();
    const again = alone(device);
    await untilValue(again.library, ({ notebooks }) => notebooks.length === 1);
    expect((await take(again, await ana.exportMeshbookFile(room, false))).merged).toMatchObject({ news: false });
  });

  it("never merges into another notebook, open or not", async () => {
    const [ana, ben] = [alone(), alone()];
    const [one, two] = [await ana.createNotebook("One", "device"), await ben.createNotebook("Two", "device")];
    const a = await open(ana, one);
    const before = readNotebook(a.doc);
    expect((await take(ana, await ben.exportMeshbookFile(two, false))).room).toBe(two);
    expect(readNotebook(a.doc)).toEqual(before);
    expect(ana.library.get().notebooks).toHaveLength(2);
  });

  it("puts back a notebook that was removed", async () => {
    const ana = alone();
    const room = await ana.createNotebook("Lab 1", "device");
    const file = await ana.exportMeshbookFile(room, false);
    await ana.removeNotebook(room);
    expect((await take(ana, file)).merged).toMatchObject({ news: false });
    expect(ana.library.get().notebooks).toMatchObject([{ removed: false }]);
  });

  it("changes nothing when it is damaged", async () => {
    const [ana, ben] = [alone(), alone()];
    const room = await ana.createNotebook("Lab 1", "device");
    const { name, content } = await ana.exportMeshbookFile(room, false);
    content[content.length - 50]! ^= 1;
    const result = await ben.importFile({ name, content }, "device");
    if (result.ok) throw new Error("it was taken");
    expect(result.error.place).toMatch(/^byte \d+$/);
    expect(ben.library.get().notebooks).toEqual([]);
  });

  it("is known by what it is, whatever mail made of its name", async () => {
    const [ana, ben] = [alone(), alone()];
    const room = await ana.createNotebook("Lab 1", "device");
    const { content } = await ana.exportMeshbookFile(room, false);
    expect((await take(ben, { name: "lab_1.meshbook.bin", content })).room).toBe(room);
  });
});

describe("a notebook that one may only read", () => {
  it("takes in no file, and says who can", async () => {
    const founder = NodeSigner.create();
    const { id, secret } = foundRoom(founder.publicKey);
    const words = { room: id, subject: EVERYBODY, role: "viewer", name: "", by: founder.publicKey } as const;
    const said = await signStatement({ ...words, version: { founder: 1, teacher: 0 } }, (m) => founder.sign(m));
    const device = new MemoryDevice(new MemoryWorld());
    device.settings.set(`access:${id}`, [toBase64url(said.bytes)]);
    const ana = alone(device);
    await ana.followLink(formatRoomLink({ kind: "notebook", id, secret, base: BASE }));
    const doc = new Y.Doc();
    createNotebook(doc, { title: "Exam", language: "javascript", cells: [] });
    const file = { room: id, doc, made: unixMs(0), blobs: [], leftOut: 0, key: undefined };
    const content = await writeMeshbookFile(file);
    const result = await ana.importFile({ name: "exam.meshbook", content }, "device");
    expect(result.ok ? "" : result.error.message).toMatch(/You may read this notebook, not change it/);
    expect(cells(await open(ana, id))).toEqual([]);
    expect(documentState((await open(ana, id)).doc)).toBe("absent");
  });
});

describe("the key of a notebook", () => {
  const keyIn = async ({ content }: ChosenFile): Promise<string | undefined> => {
    const read = await readMeshbookFile(content);
    if (!read.ok) throw read.error;
    return read.value.manifest.key?.secret.toString();
  };

  it("travels only when that was asked for; then the other joins over the network", async () => {
    const world = new MemoryWorld();
    const ana = alone(new MemoryDevice(world));
    const ben = alone(new MemoryDevice(world));
    await ana.followLink(world.classLink);
    const room = await ana.createNotebook("Lab 1", "class");
    expect(await keyIn(await ana.exportMeshbookFile(room, false))).toBeUndefined();
    const withKey = await ana.exportMeshbookFile(room, true);
    await take(ben, await ana.exportMeshbookFile(room, false));
    const stand = await keyIn(await ben.exportMeshbookFile(room, true));
    expect(stand).not.toBe(await keyIn(withKey));
    await take(ben, withKey);
    expect(await keyIn(await ben.exportMeshbookFile(room, true))).toBe(await keyIn(withKey));
    const [a, b] = [await open(ana, room), await open(ben, room)];
    type(a, "over the network");
    expect(ben.library.get().notebooks).toMatchObject([{ place: "shared" }]);
    await untilTrue("Ben hears Ana", () => source(b) === "over the network");
  });

  it("in a link that was copied wrongly does not replace that of who made the notebook", async () => {
    const [ana, ben] = [alone(), alone()];
    const room = await ana.createNotebook("Lab 1", "device");
    const key = await keyIn(await ana.exportMeshbookFile(room, true));
    await take(ben, await ana.exportMeshbookFile(room, true));
    const other = createRoomSecret();
    const link = formatRoomLink({ kind: "notebook", id: room, secret: other, base: BASE });
    for (const one of [ana, ben]) expect(await one.followLink(link)).toEqual({ ok: true, value: room });
    expect(await keyIn(await ana.exportMeshbookFile(room, true))).toBe(key);
    // Who did not make it cannot know which is right, and gets the right one by its link in the same way.
    expect(await keyIn(await ben.exportMeshbookFile(room, true))).toBe(other.toString());
  });

  it("in a file does not replace the one that is here", async () => {
    const [ana, ben, eve] = [alone(), alone(), alone()];
    const room = await ana.createNotebook("Lab 1", "device");
    const key = await keyIn(await ana.exportMeshbookFile(room, true));
    await take(eve, await ana.exportMeshbookFile(room, false));
    const forged = await eve.exportMeshbookFile(room, true);
    await take(ana, forged);
    expect(await keyIn(await ana.exportMeshbookFile(room, true))).toBe(key);
    await take(ben, await ana.exportMeshbookFile(room, true));
    await take(ben, forged);
    expect(await keyIn(await ben.exportMeshbookFile(room, true))).toBe(key);
  });
});

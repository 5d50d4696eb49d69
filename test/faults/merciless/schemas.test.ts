// Documents that other versions wrote. What the first version stored opens in this one; what a later version writes passes
// through this one whole, and comes back with nothing lost of what this one does not know.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { CellId, RoomId } from "#shared/base/ids.ts";
import { canonicalContent } from "#shared/notebook/canonical.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { moveCells, setTitle } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { META, notebookRoots } from "#shared/notebook/schema.ts";
import { createArchiveFolder } from "../../support/archiveFolder.ts";
import { isHeld, newRoom, onDatabase, openRoom, readWithStock } from "../../support/diskRoom.ts";
import { HonestPeer } from "../../support/faults/HonestPeer.ts";
import { expectConverged, TokenLedger } from "../../support/faults/TokenLedger.ts";
import { HubHost } from "../../support/HubHost.ts";

/** What the first version stored: the same notebook as an update, as rows of the archive, and as rows of a browser. */
interface StoredFormat {
  readonly room: string;
  readonly content: unknown;
  readonly update: string;
  readonly archive: readonly (readonly [key: string, record: string])[];
  readonly indexedDb: {
    readonly updates: readonly (readonly [key: number, row: string])[];
    readonly custom: readonly (readonly [key: (string | number)[] | string, value: unknown])[];
  };
}

const file = join(import.meta.dirname, "../../fixtures/sync/formats/schema-1.json");
const first = JSON.parse(readFileSync(file, "utf8")) as StoredFormat;
const room = RoomId.parse(first.room)!;
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
const contentOf = (doc: Y.Doc): unknown => JSON.parse(canonicalContent(doc));

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

describe("a notebook that the first version stored", () => {
  it("is read from its update", () => {
    const doc = new Y.Doc();
    Y.applyUpdate(doc, bytes(first.update));
    expect(contentOf(doc)).toEqual(first.content);
    expect(readNotebook(doc)).toMatchObject({ state: "ready", title: "Written by schema 1, and edited" });
  });

  it.each([
    ["as it is", []],
    ["without its snapshot, from the generation before", [`doc/${room}/s`]],
  ])("is read from a host's archive %s", async (_, missing) => {
    const folder = await createArchiveFolder();
    endings.push(() => folder.remove());
    await folder.raw(async (level) => {
      for (const [key, record] of first.archive) if (!missing.includes(key)) await level.put(key, bytes(record));
    });
    const archive = await folder.open();
    const doc = new Y.Doc();
    for (const { content } of await archive.load(room)) Y.applyUpdate(doc, content);
    await archive.append(room, Y.encodeStateAsUpdate(new Y.Doc()));
    await archive.close();
    expect(contentOf(doc)).toEqual(first.content);
    expect((await folder.keys()).filter((key) => key.startsWith("bad/"))).toEqual([]);
  });

  it.each([
    ["with checksums", first.indexedDb.custom],
    ["as a stock y-indexeddb wrote them", []],
  ])("is read from a browser's rows %s", async (_, custom) => {
    const here = newRoom();
    await onDatabase(here, "updates", "readwrite", (rows) => {
      for (const [key, row] of first.indexedDb.updates) rows.put(bytes(row), key);
      return () => undefined;
    });
    await onDatabase(here, "custom", "readwrite", (rows) => {
      for (const [key, value] of custom) rows.put(value, key);
      return () => undefined;
    });
    const { doc, source, until } = openRoom(here);
    const status = await until(isHeld);
    expect(status).not.toHaveProperty("warning");
    expect(contentOf(doc)).toEqual(first.content);
    setTitle(doc, "And on");
    await source.detach();
    expect(readNotebook(await readWithStock(here)).title).toBe("And on");
  });
});

/** A notebook as some later version may write it: more of everything. */
function laterNotebook(minReader: number): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, bytes(first.update));
  const { meta, cells, files } = notebookRoots(doc);
  doc.transact(() => {
    meta.set(META.schema, 7);
    meta.set(META.minReader, minReader);
    meta.set("theme", { dark: true });
    const cell = cells.get("cell-0") as Y.Map<unknown>;
    cell.set("thread", new Y.Array());
    (cell.get("thread") as Y.Array<unknown>).push([{ by: "Ana", text: "why?" }]);
    cell.set("kind", "hologram");
    files.set("data.csv", { hash: "x", mime: "text/csv", size: 1, chunks: [1, 2] });
    doc.getMap("comments").set("c1", new Y.Text("unknown root"));
    doc.getXmlFragment("drawing").insert(0, [new Y.XmlElement("circle")]);
  });
  return doc;
}

/** Everything of it that this version has no name for. */
function unknownParts(doc: Y.Doc): unknown {
  const { meta, cells, files } = notebookRoots(doc);
  return {
    theme: meta.get("theme"),
    thread: ((cells.get("cell-0") as Y.Map<unknown>).get("thread") as Y.Array<unknown>).toJSON(),
    kind: (cells.get("cell-0") as Y.Map<unknown>).get("kind"),
    file: files.get("data.csv"),
    comments: doc.getMap("comments").toJSON(),
    drawing: doc.getXmlFragment("drawing").toJSON(),
  };
}

describe("a notebook that a later version writes", () => {
  it("is shown and not edited where it says so, and edited where it does not", () => {
    expect(readNotebook(laterNotebook(7)).state).toBe("too-new");
    expect(readNotebook(laterNotebook(1))).toMatchObject({ state: "ready" });
    expect(readNotebook(laterNotebook(7)).cells.map(({ id, kind }) => [id, kind])).toEqual([
      ["cell-2", "code"],
      ["cell-0", "raw"],
    ]);
  });

  it("keeps all of it through this version's host, storage and editing, while both are open", async () => {
    const later = laterNotebook(1);
    const host = await HubHost.start();
    endings.push(() => host.close());
    const here = RoomId.create();
    const base = `http://127.0.0.1:${host.port}`;
    const ledger = new TokenLedger();
    const join = (name: string): HonestPeer => {
      const peer = new HonestPeer({ base, room: here, name, seed: 1, ledger });
      endings.push(() => peer.leave());
      return peer;
    };
    const [newer, older] = [join("newer"), join("older")];
    Y.applyUpdate(newer.doc, Y.encodeStateAsUpdate(later));
    const word = newer.writer.write();
    await older.untilHas(word);
    const disk = newRoom();
    const stored = openRoom(disk, older.doc);
    await stored.until(isHeld);
    moveCells(older.doc, [CellId.parse("cell-0")!], "start");
    cellSource(notebookRoots(older.doc).cells, CellId.parse("cell-0")!)!.insert(0, "edited by the older; ");
    await newer.untilHas(older.writer.write());
    await stored.source.detach();
    await host.restart();
    const late = join("late");
    await late.untilHas(word);
    await Promise.all([newer, older, late].map((peer) => peer.untilHeld(20_000)));
    expectConverged([newer.doc, older.doc, late.doc]);
    const asWritten = unknownParts(later);
    for (const doc of [newer.doc, late.doc, await readWithStock(disk)]) expect(unknownParts(doc)).toEqual(asWritten);
  });
});

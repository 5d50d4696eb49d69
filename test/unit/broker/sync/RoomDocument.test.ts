import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { Archive } from "../../../../broker/archive/Archive.ts";
import { RoomDocument } from "../../../../broker/sync/RoomDocument.ts";
import { DAMAGING } from "../../../support/hub/damagingUpdate.ts";
import { createArchiveFolder, type ArchiveFolder } from "../../../support/archiveFolder.ts";

/** A replica that remembers each update it made. */
function writer(): { readonly doc: Y.Doc; readonly updates: Uint8Array[]; write(text: string): Uint8Array } {
  const doc = new Y.Doc();
  const updates: Uint8Array[] = [];
  doc.on("update", (update: Uint8Array) => updates.push(update));
  return {
    doc,
    updates,
    write: (text) => {
      doc.getText("t").insert(doc.getText("t").length, text);
      return updates.at(-1)!;
    },
  };
}

const textOf = (update: Uint8Array): string => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText("t").toString();
};

describe("RoomDocument", () => {
  let folder: ArchiveFolder;
  let archive: Archive;
  const room = RoomId.create();

  const open = async (): Promise<RoomDocument> => {
    const document = new RoomDocument({ room, archive, logger: silentLogger, onDurable: () => {} });
    await document.load();
    return document;
  };
  const everything = (document: RoomDocument): string => textOf(document.missingFrom(Uint8Array.of(0))!);

  beforeEach(async () => {
    folder = await createArchiveFolder();
    archive = await folder.open();
  });
  afterEach(async () => {
    await archive.close();
    await folder.remove();
  });

  it("stores what applies and reads it back", async () => {
    const document = await open();
    const ana = writer();
    const update = ana.write("hello");
    expect(document.apply(update)).toMatchObject({ outcome: "applied", incomplete: false });
    expect(document.durableMark).toBe(0);
    await document.flush();
    expect(document.durableMark).toBe(document.storedMark);
    expect(everything(await open())).toBe("hello");
  });

  it("stores nothing and passes nothing on for what it has already", async () => {
    const document = await open();
    const update = writer().write("hello");
    document.apply(update);
    expect(document.apply(update)).toEqual({ outcome: "applied", news: undefined, forAll: false, incomplete: false });
    expect(document.storedMark).toBe(1);
  });

  it("stores parts that wait for others, across a restart, and passes them on when they fit", async () => {
    const ana = writer();
    const [first, second] = [ana.write("a"), ana.write("b")];
    const before = await open();
    expect(before.apply(second)).toEqual({ outcome: "applied", news: undefined, forAll: false, incomplete: true });
    expect(before.apply(second)).toEqual({ outcome: "applied", news: undefined, forAll: false, incomplete: true });
    await before.flush();
    expect(before.storedMark).toBe(1);
    const after = await open();
    const applied = after.apply(first);
    expect(applied).toMatchObject({ outcome: "applied", forAll: true, incomplete: false });
    expect(applied.outcome === "applied" && textOf(applied.news!)).toBe("ab");
  });

  it("keeps waiting parts in a snapshot", async () => {
    const ana = writer();
    const [first, second] = [ana.write("a"), ana.write("b")];
    const document = await open();
    document.apply(second);
    for (let n = 0; n < 600; n++) document.apply(writer().write("."));
    await document.flush();
    const after = await open();
    after.apply(first);
    expect(everything(after)).toContain("ab");
  });

  it("compacts without losing anything", async () => {
    const document = await open();
    const ana = writer();
    for (let n = 0; n < 1200; n++) {
      document.apply(ana.write(String(n % 10)));
      if (n % 100 === 0) await document.flush();
    }
    await document.flush();
    expect(everything(await open())).toBe(ana.doc.getText("t").toString());
    await archive.close();
    const rows = (await folder.keys()).filter((key) => key.startsWith(`doc/${room}/u/`));
    expect(rows.length).toBeLessThan(500);
    archive = await folder.open();
  });

  it("is the same after a crash that left updates beside the snapshot that holds them", async () => {
    const document = await open();
    const ana = writer();
    for (const text of ["a", "b", "c"]) document.apply(ana.write(text));
    ana.doc.getText("t").delete(1, 1);
    document.apply(ana.updates.at(-1)!);
    await document.flush();
    await archive.compact(room, Y.encodeStateAsUpdate(ana.doc));
    for (const update of [ana.updates[1]!, ana.updates[0]!]) await archive.append(room, update);
    expect(everything(await open())).toBe("ac");
  });

  it.each([
    ["nothing", Uint8Array.of()],
    ["garbage", Uint8Array.from({ length: 200 }, (_, n) => (n * 97) % 256)],
    ["a count that lies", Uint8Array.of(1, 0xff, 0xff, 0xff, 0x7f, 1, 0)],
    ["one cut short", writer().write("hello").subarray(0, 8)],
  ])("refuses %s without touching the document", async (_, update) => {
    const document = await open();
    document.apply(writer().write("kept"));
    expect(document.apply(update)).toEqual({ outcome: "malformed" });
    expect(everything(document)).toBe("kept");
    expect(document.storedMark).toBe(1);
  });

  it("stands as before after an update that broke while being applied, once it is loaded again", async () => {
    const document = await open();
    document.apply(writer().write("kept"));
    expect(document.apply(DAMAGING)).toEqual({ outcome: "damaging" });
    await document.load();
    expect(everything(document)).toBe("kept");
    expect(document.apply(writer().write("more"))).toMatchObject({ outcome: "applied" });
    await document.flush();
    expect(everything(await open())).toContain("more");
  });

  it.each([
    ["is garbage", Uint8Array.of(7, 7, 7)],
    ["breaks the document", DAMAGING],
  ])("sets a stored record aside that %s, and keeps those before and after it", async (_, bad) => {
    const document = await open();
    document.apply(writer().write("before"));
    await document.flush();
    await archive.append(room, bad);
    await archive.append(room, writer().write("after"));
    expect(everything(await open()).length).toBe("beforeafter".length);
    expect((await archive.load(room)).length).toBe(2);
  });

  it("gives nothing for a malformed state vector", async () => {
    const document = await open();
    expect(document.missingFrom(Uint8Array.of(5, 200))).toBeUndefined();
  });
});

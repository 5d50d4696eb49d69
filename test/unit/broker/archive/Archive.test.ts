import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { COMPACT_MIN_BYTES, COMPACT_ROWS } from "../../../../broker/archive/Archive.ts";
import { createArchiveFolder, type ArchiveFolder } from "../../../support/archiveFolder.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("Archive", () => {
  let folder: ArchiveFolder;
  const room = RoomId.create();

  beforeEach(async () => {
    folder = await createArchiveFolder();
  });
  afterEach(() => folder.remove());

  /** What a fresh process reads. */
  async function stored(of: RoomId = room): Promise<readonly number[][]> {
    const archive = await folder.open();
    const updates = await archive.load(of);
    await archive.close();
    return updates.map(({ content }) => [...content]);
  }

  it("gives back what was appended, in order, also after many appends", async () => {
    const archive = await folder.open();
    await archive.load(room);
    await Promise.all(Array.from({ length: 300 }, (_, n) => archive.append(room, bytes(n >> 8, n & 255))));
    await archive.close();
    expect(await stored()).toEqual(Array.from({ length: 300 }, (_, n) => [n >> 8, n & 255]));
  });

  it("goes on numbering where it stopped", async () => {
    for (const value of [1, 2, 3]) {
      const archive = await folder.open();
      await archive.load(room);
      await archive.append(room, bytes(value));
      await archive.close();
    }
    expect(await stored()).toEqual([[1], [2], [3]]);
  });

  it("keeps rooms apart", async () => {
    const other = RoomId.create();
    const archive = await folder.open();
    await Promise.all([archive.load(room), archive.load(other)]);
    await Promise.all([archive.append(room, bytes(1)), archive.append(other, bytes(2))]);
    await archive.close();
    expect(await stored(room)).toEqual([[1]]);
    expect(await stored(other)).toEqual([[2]]);
    expect(await stored(RoomId.create())).toEqual([]);
  });

  it("replaces by a snapshot what was appended before it, and nothing that came after", async () => {
    const archive = await folder.open();
    await archive.load(room);
    await Promise.all([archive.append(room, bytes(1)), archive.append(room, bytes(2))]);
    const compacting = archive.compact(room, bytes(1, 2));
    const late = archive.append(room, bytes(3));
    await Promise.all([compacting, late]);
    await archive.close();
    expect(await stored()).toEqual([[1, 2], [3]]);
    expect(await folder.keys()).toEqual([
      ...[1, 2].map((n) => `doc/${room}/o/00000000000${n}`),
      ...["s", "u/000000000003"].map((name) => `doc/${room}/${name}`),
    ]);
  });

  it("keeps one generation of what a snapshot replaced, and no more", async () => {
    const archive = await folder.open();
    await archive.load(room);
    for (const value of [1, 2, 3]) {
      await archive.append(room, bytes(value));
      await archive.compact(room, bytes(...[1, 2, 3].slice(0, value)));
    }
    await archive.close();
    expect(await folder.keys()).toEqual(["o/000000000003", "p", "s"].map((name) => `doc/${room}/${name}`));
    expect(await stored()).toEqual([[1, 2, 3]]);
  });

  it("never gives a number twice, also when a restart finds no update beside the snapshot", async () => {
    const first = await folder.open();
    await first.load(room);
    await first.append(room, bytes(1));
    await first.compact(room, bytes(1));
    await first.close();
    const second = await folder.open();
    await second.load(room);
    await second.append(room, bytes(2));
    await second.close();
    expect(await folder.keys()).toEqual(["o/000000000001", "s", "u/000000000002"].map((name) => `doc/${room}/${name}`));
  });

  it("shows what is stored without setting anything aside, and names the rooms", async () => {
    const other = RoomId.create();
    const archive = await folder.open();
    await Promise.all([archive.load(room), archive.load(other)]);
    await Promise.all([
      archive.append(room, bytes(1)),
      archive.append(other, bytes(2)),
      archive.append(room, bytes(3)),
    ]);
    expect((await archive.peek(room)).map((content) => [...content])).toEqual([[1], [3]]);
    expect(new Set(await archive.rooms())).toEqual(new Set([room, other]));
    await archive.close();
  });

  it("tells of a room when something new of it is on the disk", async () => {
    const archive = await folder.open();
    const told: RoomId[] = [];
    const dispose = archive.onStored((of) => told.push(of));
    await archive.load(room);
    const append = archive.append(room, bytes(1));
    expect(told).toEqual([]);
    await append;
    expect(told).toEqual([room]);
    dispose();
    await archive.append(room, bytes(2));
    expect(told).toEqual([room]);
    await archive.close();
  });

  it("wants compaction after many rows or when updates outweigh the snapshot", async () => {
    const archive = await folder.open();
    await archive.load(room);
    const appends = [archive.append(room, new Uint8Array(COMPACT_MIN_BYTES))];
    expect(archive.wantsCompaction(room)).toBe(false);
    appends.push(archive.append(room, bytes(1)));
    expect(archive.wantsCompaction(room)).toBe(true);
    await archive.compact(room, new Uint8Array(COMPACT_MIN_BYTES));
    for (let n = 1; n < COMPACT_ROWS; n++) appends.push(archive.append(room, bytes(1)));
    expect(archive.wantsCompaction(room)).toBe(false);
    appends.push(archive.append(room, bytes(1)));
    expect(archive.wantsCompaction(room)).toBe(true);
    await Promise.all(appends);
    await archive.close();
  });

  it("sets a damaged record aside and loads the rest", async () => {
    const archive = await folder.open();
    await archive.load(room);
    for (const value of [1, 2, 3]) await archive.append(room, bytes(value, value));
    await archive.close();
    const key = `doc/${room}/u/000000000002`;
    await folder.raw(async (level) => {
      const record = Buffer.from((await level.get(key))!);
      record[9]! ^= 4;
      await level.put(key, record);
    });
    expect(await stored()).toEqual([
      [1, 1],
      [3, 3],
    ]);
    expect(await folder.keys()).toEqual([
      `bad/${room}/u/000000000002`,
      `doc/${room}/u/000000000001`,
      `doc/${room}/u/000000000003`,
    ]);
    expect(await stored()).toHaveLength(2);
  });

  it("loses nothing when the snapshot is damaged: the generation before it is read", async () => {
    const archive = await folder.open();
    await archive.load(room);
    await archive.append(room, bytes(1));
    await archive.compact(room, bytes(1));
    await archive.append(room, bytes(2));
    await archive.compact(room, bytes(1, 2));
    await archive.append(room, bytes(3));
    await archive.close();
    await folder.raw((level) => level.put(`doc/${room}/s`, bytes(0, 0, 0, 0, 0, 0, 0, 1, 9)));
    expect(await stored()).toEqual([[1], [2], [3]]);
    expect((await folder.keys())[0]).toBe(`bad/${room}/s`);
  });

  it("says so when another has the folder open", async () => {
    const archive = await folder.open();
    await expect(folder.open()).rejects.toMatchObject({ code: "storage-closed" });
    await archive.close();
  });

  it("repairs a folder whose directory file is damaged", async () => {
    const archive = await folder.open();
    await archive.load(room);
    await archive.append(room, bytes(7));
    await archive.close();
    const manifest = (await readFile(join(folder.path, "CURRENT"), "utf8")).trim();
    await writeFile(join(folder.path, manifest), "not a manifest");
    expect(await stored()).toEqual([[7]]);
  });

  it("refuses to append after it was closed", async () => {
    const archive = await folder.open();
    await archive.load(room);
    await archive.close();
    await expect(archive.append(room, bytes(1))).rejects.toMatchObject({ code: "storage-closed" });
  });
});

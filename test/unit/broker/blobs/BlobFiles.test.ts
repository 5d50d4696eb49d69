import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { contentHash, contentHashOfText } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";
import { BlobFiles } from "../../../../broker/blobs/BlobFiles.ts";

describe("BlobFiles", () => {
  let folder: string;
  let files: BlobFiles;
  const room = RoomId.create();
  const hash = contentHashOfText("hello");
  const incoming = () => readdir(join(folder, ".incoming"));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshbook-blobs-"));
    files = await BlobFiles.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("stores and gives back what has the hash", async () => {
    expect(await files.put(room, hash, Readable.from([Buffer.from("he"), Buffer.from("llo")]))).toBe("created");
    expect(await files.size(room, hash)).toBe(5);
    expect((await buffer(files.read(room, hash))).toString()).toBe("hello");
    expect(await files.put(room, hash, Readable.from([Buffer.from("hello")]))).toBe("known");
    expect(await files.size(RoomId.create(), hash)).toBeUndefined();
    expect(await incoming()).toEqual([]);
  });

  it("keeps nothing of what has another hash, is too large or breaks off", async () => {
    expect(await files.put(room, hash, Readable.from([Buffer.from("other")]))).toBe("wrong-hash");
    const part = Buffer.alloc(8 * 1024 * 1024);
    const parts = Array.from({ length: BLOB_LIMIT / part.length + 1 }, () => part);
    expect(await files.put(room, hash, Readable.from(parts))).toBe("too-large");
    const broken = new Readable({
      read() {
        this.push(Buffer.from("hel"));
        this.destroy(new Error("gone"));
      },
    });
    expect(await files.put(room, hash, broken)).toBe("broken-off");
    expect(await files.size(room, hash)).toBeUndefined();
    expect(await incoming()).toEqual([]);
  });

  it("survives two uploads of the same content at once", async () => {
    const content = Buffer.alloc(300_000, 7);
    const same = contentHash(content);
    const outcomes = await Promise.all([1, 2, 3].map(() => files.put(room, same, Readable.from([content]))));
    expect(outcomes).toEqual(["created", "created", "created"]);
    expect((await buffer(files.read(room, same))).equals(content)).toBe(true);
  });

  it("clears away what a crash left half uploaded", async () => {
    await writeFile(join(folder, ".incoming", "half"), "hel");
    await BlobFiles.open(folder);
    expect(await incoming()).toEqual([]);
  });
});

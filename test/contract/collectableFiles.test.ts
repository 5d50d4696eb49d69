import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { CollectableFiles } from "../../broker/blobs/CollectableFiles.ts";
import { BlobFiles } from "../../broker/blobs/BlobFiles.ts";
import { collectableBlobsCases, type CollectableHarness } from "./collectableBlobs.ts";

const blobFiles: CollectableHarness = {
  open: async () => {
    const folder = await mkdtemp(join(tmpdir(), "meshbook-collectable-"));
    const [files, room, notes] = [await BlobFiles.open(join(folder, "blobs")), RoomId.create(), join(folder, "notes")];
    await mkdir(notes);
    return {
      open: () => new CollectableFiles(files, room, notes),
      put: async (text) => {
        const hash = contentHashOfText(text);
        await files.put(room, hash, Readable.from([Buffer.from(text)]));
        return hash;
      },
      has: async (hash) => (await files.size(room, hash)) !== undefined,
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};

describe("CollectableFiles keep the contract of CollectableBlobs: they", () => {
  for (const { name, run } of collectableBlobsCases(blobFiles)) it(name, run);
});

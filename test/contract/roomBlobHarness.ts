import { RoomBlobStore } from "#shared/adapters/blobs/RoomBlobStore.ts";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { MemoryUploadList } from "#shared/adapters/memory/MemoryUploadList.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { BlobHost, nodeBlobRequest } from "../support/BlobHost.ts";
import type { BlobStoreHarness } from "./blobStore.ts";

/** Windows of one device in a room whose class host is a real http server. */
export const roomBlobs: BlobStoreHarness = {
  open: async () => {
    const host = new BlobHost();
    const [base, room] = [await host.start(), RoomId.create()];
    const [local, uploads] = [new MemoryBlobStore(), new MemoryUploadList()];
    const open: RoomBlobStore[] = [];
    return {
      store: () => {
        const store = new RoomBlobStore({ room, base, local, uploads, request: nodeBlobRequest, clock: systemClock });
        open.push(store);
        return store;
      },
      close: async () => {
        for (const store of open) store.close();
        await host.close();
      },
    };
  },
};

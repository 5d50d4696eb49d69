// What a host keeps that reads what it stores: documents, their history, exported notebooks, blobs.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { Archive } from "../archive/Archive.ts";
import { BlobCollector } from "../blobs/BlobCollector.ts";
import { openClass } from "../classFile.ts";
import type { DataFolder } from "../dataFolder.ts";
import { explainStorage } from "../explainStart.ts";
import type { ThreadJob, ThreadReply } from "../exports/exporterMessages.ts";
import { ExporterThread } from "../exports/ExporterThread.ts";
import { NotebookExports } from "../exports/NotebookExports.ts";
import { LevelHistoryStore } from "../history/LevelHistoryStore.ts";
import { RoomHistories } from "../history/RoomHistories.ts";
import { HostStartError } from "../HostStartError.ts";
import { BlobFiles } from "../blobs/BlobFiles.ts";
import type { HostStores, StoresOptions } from "./HostStores.ts";

type Close = () => Promise<void>;
type Surroundings = StoresOptions & { readonly clock: Clock; readonly logger: Logger };

/** @throws HostStartError in words for the one who started it */
export async function openSeeingStores(
  folder: DataFolder,
  options: Surroundings,
  closers: Close[],
): Promise<HostStores> {
  const { clock, logger } = options;
  if (existsSync(folder.blindFile)) {
    throw new HostStartError(
      `${folder.root} is of a blind host: start it with --blind, or choose another with --data DIR`,
    );
  }
  const archive = await Archive.open({ folder: folder.archive, clock, logger }).catch(explainStorage);
  closers.push(() => archive.close());
  const exports = await openExports(folder, archive, options);
  closers.push(() => exports.close());
  const history = await openHistory(folder, options, closers);
  const { id, secret, name } = await openClass(folder.root, options.name);
  const blobs = await openBlobs(folder, { archive, exports, history: history.store }, { options, closers });
  return {
    identity: { name, class: { id, secret } },
    documents: { archive, histories: history.rooms },
    blobs,
    histories: history.rooms,
    counts: {
      documents: async () => (await archive.rooms()).length,
      "history states": () => history.store.countStates(),
    },
    databases: { archive, history: history.store },
  };
}

function openExports(folder: DataFolder, archive: Archive, options: Surroundings): Promise<NotebookExports> {
  const { dist, clock, logger } = options;
  const script = join(dist, "node/exporter.mjs");
  const { notebooks, blobs } = folder;
  return NotebookExports.start({ archive, folder: notebooks, blobs, script, clock, logger }).catch((error: unknown) => {
    throw new HostStartError(`cannot write notebooks to ${notebooks}: check its permissions`, { cause: error });
  });
}

async function openHistory(
  folder: DataFolder,
  { clock, logger }: Surroundings,
  closers: Close[],
): Promise<{ readonly store: LevelHistoryStore; readonly rooms: RoomHistories }> {
  const store = await LevelHistoryStore.open(folder.history, logger).catch(explainStorage);
  closers.push(() => store.close());
  return { store, rooms: new RoomHistories({ store, deflater: streamDeflater, clock, logger }) };
}

/** The blob files, and what deletes those that nothing refers to. */
async function openBlobs(
  folder: DataFolder,
  { archive, exports, history }: { archive: Archive; exports: NotebookExports; history: LevelHistoryStore },
  { options, closers }: { readonly options: Surroundings; readonly closers: Close[] },
): Promise<BlobFiles> {
  const { dist, withHub, clock, logger } = options;
  const files = await BlobFiles.open(folder.blobs);
  files.onStored((room) => exports.note(room));
  // Without the hub no document arrives here, so nothing is known of what refers.
  if (!withHub) return files;
  const thread = new ExporterThread(join(dist, "node/exporter.mjs"), clock);
  const read = (job: ThreadJob): Promise<ThreadReply> => thread.run(job);
  const collector = await BlobCollector.start({
    ...{ archive, history, files, notes: folder.blobNotes, read },
    ...{ clock, logger },
  });
  closers.push(async () => {
    // First told to end, so that it starts no other thread.
    const ended = collector.close();
    await thread.close();
    await ended;
  });
  return files;
}

import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { GRACE, LONGEST_STEP } from "#shared/blobs/planCollection.ts";
import { HistoryKeeper } from "#shared/history/HistoryKeeper.ts";
import { HOST_LIMITS } from "#shared/history/thinOut.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { LogFields } from "#shared/ports/Logger.ts";
import type { Archive } from "../../../../broker/archive/Archive.ts";
import { BlobCollector, INTERVAL } from "../../../../broker/blobs/BlobCollector.ts";
import type { ThreadJob, ThreadReply } from "../../../../broker/exports/exporterMessages.ts";
import { readReferences } from "../../../../broker/exports/readReferences.ts";
import { BlobFiles } from "../../../../broker/blobs/BlobFiles.ts";
import { createArchiveFolder, type ArchiveFolder } from "../../../support/archiveFolder.ts";
import { FakeClock } from "../../../support/FakeClock.ts";
import { untilTrue } from "../../../support/until.ts";

/** Sightings, a week apart, that use the grace up. */
const SIGHTINGS = Math.ceil(GRACE / LONGEST_STEP) + 1;

async function read(job: ThreadJob): Promise<ThreadReply> {
  const hashes = job.type === "references" ? await readReferences(job) : undefined;
  return hashes === undefined ? { type: "no-notebook" } : { type: "references", hashes };
}

describe("BlobCollector", () => {
  const room = RoomId.create();
  let folder: string;
  let archiveFolder: ArchiveFolder;
  let archive: Archive;
  let history: MemoryHistoryStore;
  let files: BlobFiles;
  let clock: FakeClock;
  let collector: BlobCollector;
  let doc: Y.Doc;
  const told: (LogFields | undefined)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshbook-collector-"));
    archiveFolder = await createArchiveFolder();
    archive = await archiveFolder.open();
    history = new MemoryHistoryStore();
    files = await BlobFiles.open(join(folder, "blobs"));
    clock = new FakeClock();
    told.length = 0;
    collector = await start();
    doc = new Y.Doc();
    createNotebook(doc, { title: "Lab", language: "javascript", cells: [] });
  });
  afterEach(async () => {
    await collector.close();
    await archive.close();
    await archiveFolder.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const start = (thread = read): Promise<BlobCollector> =>
    BlobCollector.start({
      ...{ archive, history, files, notes: join(folder, "notes"), read: thread, clock },
      logger: { ...silentLogger, info: (_, fields) => told.push(fields) },
    });
  /** A file that came long before all clocks of these tests. */
  const upload = async (text: string, where = room): Promise<void> => {
    await mkdir(join(folder, "blobs", where), { recursive: true });
    const path = join(folder, "blobs", where, contentHashOfText(text));
    await writeFile(path, text);
    await utimes(path, new Date(0), new Date(0));
  };
  const held = (where = room): Promise<string[]> => readdir(join(folder, "blobs", where));
  const mention = (text: string): void => {
    notebookRoots(doc).files.set(text, { hash: contentHashOfText(text) });
  };
  const store = async (): Promise<void> => {
    await archive.load(room);
    await archive.append(room, Y.encodeStateAsUpdate(doc));
  };
  const watch = async (sightings = SIGHTINGS): Promise<void> => {
    for (let n = 0; n < sightings; n++) {
      clock.advance(LONGEST_STEP);
      await collector.run();
    }
  };

  it("deletes what nothing refers to after a month, keeps what the document mentions, and says what it did", async () => {
    for (const name of ["kept", "gone", "gone too"]) await upload(name);
    mention("kept");
    await store();
    await watch(SIGHTINGS - 1);
    expect(await held()).toHaveLength(3);
    await watch(1);
    expect(await held()).toEqual([contentHashOfText("kept")]);
    expect(told).toEqual([{ room, removed: 2, freed: 12 }]);
  });

  it("goes on counting after a restart of the host", async () => {
    await upload("gone");
    await store();
    await watch(SIGHTINGS - 1);
    await collector.close();
    collector = await start();
    await watch(1);
    expect(await held()).toEqual([]);
  });

  it("runs by itself each day", async () => {
    await upload("gone");
    await store();
    await untilTrue("it is deleted", async () => {
      clock.advance(INTERVAL);
      return (await held()).length === 0;
    });
  });

  it.each([
    ["there is no document", () => Promise.resolve()],
    [
      "the document is no notebook",
      async () => {
        doc = new Y.Doc();
        doc.getMap("notebooks").set("x", 1);
        await store();
      },
    ],
    [
      "the document is for newer code",
      async () => {
        notebookRoots(doc).meta.set("minReader", 99);
        await store();
      },
    ],
    [
      "a part of it was set aside",
      async () => {
        await store();
        await archive.append(room, new Uint8Array([1, 2, 3]));
        const [, second] = await archive.load(room);
        await archive.quarantine(room, second!.key, "does not apply");
      },
    ],
    [
      "a part of it waits for another",
      async () => {
        await store();
        const before = Y.encodeStateVector(doc);
        mention("lost");
        const between = Y.encodeStateVector(doc);
        mention("later");
        expect(before).not.toEqual(between);
        await archive.append(room, Y.encodeStateAsUpdate(doc, between));
      },
    ],
  ])("leaves a room alone while %s", async (_, prepare) => {
    await upload("perhaps");
    await prepare();
    await watch(SIGHTINGS + 1);
    expect(await held()).toHaveLength(1);
    expect(told).toEqual([]);
  });

  it("keeps what a named version mentions, and leaves the room alone when one cannot be read", async () => {
    await upload("of the version");
    await upload("gone");
    mention("of the version");
    const keeper = new HistoryKeeper({
      ...{ room, store: history, deflater: streamDeflater, limits: HOST_LIMITS, clock, logger: silentLogger },
    });
    keeper.watch(doc);
    const kept = await keeper.keep("version");
    if (!kept.ok) throw new Error(kept.error);
    await keeper.label(kept.value.id, { name: "Handed in", by: "Ana", at: unixMs(0) });
    notebookRoots(doc).files.delete("of the version");
    await store();
    const broken = { ...history, load: () => history.load(room), read: () => Promise.resolve(undefined) };
    const working = history;
    history = broken as unknown as MemoryHistoryStore;
    await collector.close();
    collector = await start();
    await watch(SIGHTINGS + 1);
    expect(await held()).toHaveLength(2);
    history = working;
    await collector.close();
    collector = await start();
    await watch(2);
    expect(await held()).toEqual([contentHashOfText("of the version")]);
    keeper.stop();
  });

  it("deletes nothing while the document changes", async () => {
    await upload("gone");
    await store();
    await watch(SIGHTINGS - 1);
    await collector.close();
    const meanwhile = async (job: ThreadJob): Promise<ThreadReply> => {
      const reply = await read(job);
      mention("gone");
      void archive.append(room, Y.encodeStateAsUpdate(doc));
      return reply;
    };
    collector = await start(meanwhile);
    await watch(1);
    expect(await held()).toHaveLength(1);
    await collector.close();
    collector = await start();
    await watch(SIGHTINGS + 1);
    expect(await held()).toHaveLength(1);
  });

  it("keeps a blob that is uploaded again, or asked for", async () => {
    for (const name of ["uploaded", "asked for", "gone"]) await upload(name);
    await store();
    await watch(SIGHTINGS - 1);
    await files.put(room, contentHashOfText("uploaded"), Readable.from([Buffer.from("uploaded")]));
    await files.size(room, contentHashOfText("asked for"));
    await watch(1);
    expect((await held()).sort()).toEqual(["uploaded", "asked for"].map(contentHashOfText).sort());
  });

  it("does not let one room's trouble keep another from being looked through", async () => {
    const other = RoomId.create();
    await upload("gone");
    await upload("gone", other);
    await store();
    await archive.load(other);
    await archive.append(other, Y.encodeStateAsUpdate(doc));
    await mkdir(join(folder, "notes", `${other}.json`));
    await watch();
    expect(await held()).toEqual([]);
    expect(await held(other)).toHaveLength(1);
  });
});

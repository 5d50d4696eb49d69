// The page of the replay: one long editing session, once on bare Yjs and once through the app's own document, sync and disk.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { USER } from "#shared/notebook/origins.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import {
  openRoomDatabase,
  roomDatabaseName,
  UPDATES,
} from "../../../renderer/adapters/indexeddb/document/roomDatabase.ts";
import { IndexedDbDocSource } from "../../../renderer/adapters/indexeddb/document/IndexedDbDocSource.ts";
import { editingSession } from "./editingSession.ts";

export interface Replayed {
  readonly ms: number;
  /** Of the document, in Yjs's second encoding. */
  readonly v2Bytes: number;
  readonly storedBytes: number;
  readonly rowsMax: number;
}

/** Keystrokes between two turns of the event loop: both ways yield alike, so that writes can run in between. */
const TURN = 200;

const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve();
    port2.postMessage(undefined);
  });

/** Types the whole session into `text`, one transaction per keystroke. `each` runs at every turn. */
async function type(text: Y.Text, keystrokes: number, each: () => Promise<void>): Promise<void> {
  const doc = text.doc;
  let count = 0;
  for (const { at, text: typed } of editingSession(keystrokes, 42)) {
    doc?.transact(() => {
      if (typed === "") text.delete(at - 1, 1);
      else text.insert(at, typed);
    }, USER);
    if (++count % TURN === 0) await each();
  }
}

/** Yjs alone, with somebody who hears the updates, as every provider of it does. */
async function bare(keystrokes: number): Promise<number> {
  const doc = new Y.Doc();
  let bytes = 0;
  doc.on("update", (update: Uint8Array) => (bytes += update.length));
  const text = doc.getText("text");
  const before = performance.now();
  await type(text, keystrokes, turn);
  if (bytes === 0) throw new Error("nothing was typed");
  return performance.now() - before;
}

async function ours(keystrokes: number): Promise<Replayed> {
  const room = RoomId.create();
  const doc = new Y.Doc();
  const awareness = new Awareness(doc);
  const peer = PeerId.parse("benchbenchbenchbenchbe");
  if (peer === undefined) throw new Error("no peer id");
  const options = { awareness, peer, name: new Value("Somebody"), capabilities: [], clock: systemClock };
  const board = new PresenceSession(options);
  const storage = new IndexedDbDocSource(room);
  const given = { document: { doc, awareness }, device: peer, storage, networks: [], board };
  const sync = new DocSync({ ...given, clock: systemClock, logger: silentLogger });
  await sync.settled;
  createNotebook(doc, {
    title: "Long",
    language: "javascript",
    cells: [{ kind: "code", language: "javascript", source: "" }],
  });
  const [cell] = readNotebook(doc).cells;
  const text = cell && cellSource(notebookRoots(doc).cells, cell.id);
  if (text === undefined) throw new Error("the notebook has no cell");
  const database = await openRoomDatabase(roomDatabaseName(room));
  let rowsMax = 0;
  const look = async (): Promise<void> => {
    await turn();
    rowsMax = Math.max(rowsMax, (await rows(database)).count);
  };
  const before = performance.now();
  let turns = 0;
  await type(text, keystrokes, () => (++turns % 50 === 0 ? look() : turn()));
  await sync.flush();
  const ms = performance.now() - before;
  await look();
  await sync.close();
  const { bytes } = await rows(database);
  database.close();
  return { ms, v2Bytes: Y.encodeStateAsUpdateV2(doc).byteLength, storedBytes: bytes, rowsMax };
}

async function rows(database: IDBDatabase): Promise<{ readonly count: number; readonly bytes: number }> {
  const request = database.transaction(UPDATES).objectStore(UPDATES).getAll();
  const values = await new Promise<readonly unknown[]>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("the rows could not be read"));
  });
  const sizes = values.map((value) => (value instanceof Uint8Array ? value.byteLength : 0));
  return { count: values.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What the bench calls. */
export interface ReplayLab {
  bare(keystrokes: number): Promise<number>;
  ours(keystrokes: number): Promise<Replayed>;
}

Object.assign(globalThis, { lab: { bare, ours } satisfies ReplayLab });

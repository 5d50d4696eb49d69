import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryHistoryStore } from "#shared/adapters/memory/MemoryHistoryStore.ts";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import { Value } from "#shared/base/value.ts";
import { cellsMoment } from "#shared/history/cellChanges.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { deleteCells } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { NotebookTimeline } from "#shared/session/history/NotebookTimeline.ts";
import { FAKE_PEER, fakeId } from "../fake/FakeMeshbook.ts";
import { fakePeer, type FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

/** Gives a notebook a history on a clock of its own: hours of work by Ben, some of it while we were away. */
export async function withHistory(session: FakeNotebookSession, by = "Ben Okafor"): Promise<void> {
  const { doc } = session;
  let now = Date.now() - 26 * 3_600_000;
  const clock = { ...systemClock, now: () => unixMs(now), after: () => () => undefined, monotonic: () => ms(now) };
  const store = new MemoryHistoryStore();
  const ben = new Y.Doc();
  const replicas = new Value([fakePeer(ben.clientID, fakeId("ben"), by, undefined)]);
  const quiet = { showWrote: () => undefined, heldByHost: () => Promise.resolve(true), host: () => undefined };
  const settled = Promise.resolve();
  const options = {
    room: session.room,
    doc,
    history: session.history,
    store,
    deflater: streamDeflater,
    replicas,
    clock,
  };
  const person = { peer: FAKE_PEER, name: () => "You", logger: silentLogger, settled, ...quiet };
  const first = new NotebookTimeline({ ...options, ...person, before: undefined });
  await first.name("device", undefined, "Before the lab");
  const benWrites = async (at: number, text: string): Promise<void> => {
    Y.applyUpdate(ben, Y.encodeStateAsUpdate(doc));
    const id = readNotebook(ben).cells[at]!.id;
    const source = cellSource(notebookRoots(ben).cells, id)!;
    source.insert(source.toString().indexOf("\n") + 1, text);
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(ben));
    await first.load("device");
  };
  for (const [hours, at, text] of [
    [20, 1, "// Ben: fanOut 3 is enough\n"],
    [22, 2, "const limit = 500;\n"],
  ] as const) {
    now = Date.now() - (26 - hours) * 3_600_000;
    await benWrites(at, text);
  }
  await first.close();
  const before = cellsMoment(doc);
  now = Date.now();
  await benWrites(1, "// Ben: or four, on a slow link\n");
  deleteCells(doc, [readNotebook(doc).cells[3]!.id], { peer: fakeId("ben"), name: "Ben Okafor", at: unixMs(now) });
  session.timeline.set(new NotebookTimeline({ ...options, ...person, before }));
}

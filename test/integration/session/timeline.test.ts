import { afterEach, describe, expect, it } from "vitest";
import type { RoomId } from "#shared/base/ids.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { USER } from "#shared/notebook/origins.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { Timeline } from "#shared/session/history/timeline.ts";
import { MemoryDevice, MemoryWorld } from "../../support/app/MemoryWorld.ts";
import { untilValue } from "../../support/until.ts";

const running: RunningMeshbook[] = [];
afterEach(async () => {
  for (const app of running.splice(0)) await app.close();
});

async function open(app: RunningMeshbook, room: RoomId): Promise<{ session: NotebookSession; timeline: Timeline }> {
  const opened = await app.openNotebook(room);
  if (!opened.ok) throw new Error(opened.error);
  const timeline = await untilValue(opened.value.timeline, (value) => value !== undefined);
  return { session: opened.value, timeline: timeline! };
}

const firstCell = ({ doc }: NotebookSession) => readNotebook(doc).cells[0]!;
function write({ doc }: NotebookSession, text: string): void {
  const source = cellSource(notebookRoots(doc).cells, readNotebook(doc).cells[0]!.id)!;
  doc.transact(() => source.insert(source.length, text), USER);
}

describe("the timeline of a notebook on one device", () => {
  it("keeps states across lives of the app, offline, and restores one cell from them", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const first = device.start();
    const room = await first.createNotebook("Notes", "device");
    const before = await open(first, room);
    write(before.session, "first version");
    expect(await before.timeline.name("device", undefined, "Draft")).toMatchObject({ ok: true });
    write(before.session, ", spoilt");
    await first.close();

    const second = device.start();
    running.push(second);
    const { session, timeline } = await open(second, room);
    expect(timeline.places).toEqual(["device"]);
    const loaded = await timeline.load("device");
    if (!loaded.ok) throw new Error(loaded.error);
    const draft = loaded.value.states.find(({ version }) => version?.name === "Draft")!;
    expect(new Set(loaded.value.people.map(({ peer }) => peer))).toEqual(new Set([second.peer]));
    const past = await timeline.open("device", draft);
    if (!past.ok) throw new Error(past.error);
    const cell = firstCell(session);
    expect(cell.source).toBe("first version, spoilt");
    expect(await timeline.restore(past.value, [cell.id])).toEqual({ ok: true, value: [cell.id] });
    expect(firstCell(session).source).toBe("first version");
    // What was there is kept: nothing is lost by a restore.
    const after = await timeline.load("device");
    expect(after.ok && after.value.states.length).toBeGreaterThanOrEqual(2);
    session.history.undo();
    expect(firstCell(session).source).toBe("first version, spoilt");
    past.value.destroy();
  });

  it("tells of nothing when this device alone wrote", async () => {
    const device = new MemoryDevice(new MemoryWorld());
    const first = device.start();
    const room = await first.createNotebook("Notes", "device");
    const { session } = await open(first, room);
    write(session, "mine");
    await first.close();
    const second = device.start();
    running.push(second);
    const { timeline } = await open(second, room);
    await timeline.load("device");
    expect(timeline.away.get()).toBeUndefined();
  });
});

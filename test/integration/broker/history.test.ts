import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { streamDeflater } from "#shared/adapters/streamDeflater.ts";
import { RoomId } from "#shared/base/ids.ts";
import { HISTORY_ORDER_LIMIT, HISTORY_PATH, type HistoryOrder } from "#shared/contracts/host/historyRoute.ts";
import { openState, STATE_LIMIT } from "#shared/history/encodedState.ts";
import { parseHistory, parseState } from "#shared/history/parseHistory.ts";
import type { DatedState, StoredHistory } from "#shared/ports/HistoryStore.ts";
import { stockClient, synced, untilText, type StockClient } from "../../support/hub/hubClient.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-history-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const urlOf = (host: RunningHost, room: RoomId): string => `${host.base}${HISTORY_PATH}${room}`;

async function list(host: RunningHost, room: RoomId): Promise<StoredHistory> {
  const history = parseHistory(await (await fetch(urlOf(host, room))).json());
  if (history === undefined) throw new Error("no history");
  return history;
}

const post = (host: RunningHost, room: RoomId, order: HistoryOrder | string): Promise<Response> =>
  fetch(urlOf(host, room), { method: "POST", body: typeof order === "string" ? order : JSON.stringify(order) });

async function order(host: RunningHost, room: RoomId, given: HistoryOrder): Promise<DatedState> {
  const response = await post(host, room, given);
  const state = parseState(await response.json());
  if (state === undefined) throw new Error(`${response.status}`);
  return state;
}

const KEEP = { type: "keep", cause: "before-restore" } as const;

async function textOf(host: RunningHost, room: RoomId, { id, hash }: DatedState): Promise<string> {
  const response = await fetch(`${urlOf(host, room)}/${id}`);
  const content = await streamDeflater.inflate(new Uint8Array(await response.arrayBuffer()), STATE_LIMIT);
  return openState(content!, hash)!.getText("t").toString();
}

/** Somebody in the room who shows who they are, as our own pages do. */
async function enter(host: RunningHost, room: RoomId, name: string): Promise<StockClient> {
  const client = stockClient(host.webSocketBase, room);
  client.provider.awareness.setLocalState({ peer: name.padEnd(22, "A"), user: { name } });
  await synced(client);
  return client;
}

const write = ({ doc }: StockClient, text: string): void => doc.getText("t").insert(doc.getText("t").length, text);

describe("the history of a class host", () => {
  it("keeps states with the names of those who wrote, and has all of it after kill -9", async () => {
    const data = join(folder, "killed");
    const room = RoomId.create();
    const first = await startHost({ data });
    const ana = await enter(first, room, "Ana");
    const ben = await enter(first, room, "Ben");
    write(ana, "Ana wrote. ");
    await untilText(ben.doc, (text) => text.includes("Ana"));
    const kept = await order(first, room, KEEP);
    write(ben, "Ben wrote.");
    await untilText(ana.doc, (text) => text.includes("Ben"));
    const named = await order(first, room, { type: "name", state: undefined, name: " Draft ", by: "Ana" });
    expect(named.version).toMatchObject({ name: "Draft", by: "Ana" });
    const before = await list(first, room);
    expect(before.people.map(({ name }) => name).sort()).toEqual(["Ana", "Ben"]);
    expect(before.states.map(({ contributions }) => contributions.map(({ client }) => client))).toEqual([
      [ana.doc.clientID],
      [ben.doc.clientID],
    ]);
    write(ben, " Nobody kept this.");
    await untilText(ana.doc, (text) => text.includes("Nobody"));
    await first.kill();
    ana.close();
    ben.close();

    const second = await startHost({ data });
    const after = await list(second, room);
    expect(after).toEqual(before);
    expect(await textOf(second, room, kept)).toBe("Ana wrote. ");
    expect(await textOf(second, room, named)).toBe("Ana wrote. Ben wrote.");
    // The document may hold more than the history when the host dies: the next opening keeps it.
    const cleo = await enter(second, room, "Cleo");
    const now = await order(second, room, KEEP);
    expect(await textOf(second, room, now)).toBe(cleo.doc.getText("t").toString());
    cleo.close();
    await second.stop();
  });

  it("knows who deleted, and what was there before", async () => {
    const room = RoomId.create();
    const host = await startHost();
    const ana = await enter(host, room, "Ana");
    const ben = await enter(host, room, "Ben");
    const long = "a long text ".repeat(50);
    write(ana, long);
    await untilText(ben.doc, (text) => text === long);
    ben.doc.getText("t").delete(0, long.length);
    await untilText(ana.doc, (text) => text === "");
    const after = await order(host, room, KEEP);
    const { states, people } = await list(host, room);
    const rescue = states.find(({ cause }) => cause === "before-deletion");
    expect(await textOf(host, room, rescue!)).toBe(long);
    const deleters = states.find(({ id }) => id === after.id)?.deleters;
    expect(deleters?.map((client) => people.find((person) => person.client === client)?.name)).toEqual(["Ben"]);
    ana.close();
    ben.close();
    await host.stop();
  });

  it("keeps what was written when it stops, and names it afterwards with nobody in the room", async () => {
    const data = join(folder, "stopped");
    const room = RoomId.create();
    const first = await startHost({ data });
    const ana = await enter(first, room, "Ana");
    const ben = await enter(first, room, "Ben");
    write(ana, "the last word");
    await untilText(ben.doc, (text) => text === "the last word");
    await first.stop();
    ana.close();
    ben.close();
    const second = await startHost({ data });
    const named = await order(second, room, { type: "name", state: undefined, name: "End", by: "Ben" });
    expect(await textOf(second, room, named)).toBe("the last word");
    const without = await order(second, room, { type: "name", state: named.id, name: "", by: "Ben" });
    expect(without.version).toBeUndefined();
    await second.stop();
  });

  it("refuses what is no order, and says why it does not obey", async () => {
    const room = RoomId.create();
    const host = await startHost();
    const name = { type: "name", state: undefined, name: "x", by: "" } as const;
    expect((await post(host, room, "{")).status).toBe(400);
    expect((await post(host, room, "x".repeat(HISTORY_ORDER_LIMIT + 1))).status).toBe(400);
    expect((await post(host, room, JSON.stringify({ type: "burn" }))).status).toBe(400);
    for (const [given, refusal] of [
      [name, "empty"],
      [KEEP, "empty"],
      [{ ...name, name: "\n" }, "bad-name"],
      [{ ...name, state: "nosuchstate" }, "unknown-state"],
    ] as const) {
      const response = await post(host, room, JSON.stringify(given));
      expect([response.status, await response.json()]).toEqual([409, { refusal }]);
    }
    expect((await fetch(`${host.base}${HISTORY_PATH}short`)).status).toBe(404);
    expect((await fetch(`${urlOf(host, room)}/nosuchstate`)).status).toBe(404);
    expect((await fetch(urlOf(host, room), { method: "PUT" })).status).toBe(405);
    const elsewhere = { Origin: "http://elsewhere.example" };
    const stranger = { method: "POST", headers: elsewhere, body: JSON.stringify(KEEP) };
    expect((await fetch(urlOf(host, room), stranger)).status).toBe(403);
    await host.stop();
  });
});

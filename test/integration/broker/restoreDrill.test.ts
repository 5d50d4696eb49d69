// The restore drill: a class is backed up while people edit, its folder is lost, the backup is restored, and everybody
// comes back.

import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentHash } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { BLOBS_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { checkBackup } from "../../../broker/backup/backupFile.ts";
import { readRunningHost } from "../../../broker/control/runningHost.ts";
import { stockClient, synced, type StockClient } from "../../support/hub/hubClient.ts";
import { runMeshbook, startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

let folder: string;
let data: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-drill-"));
  data = join(folder, "data");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const words = ({ doc }: StockClient): readonly string[] => doc.getArray<string>("words").toArray();
const add = ({ doc }: StockClient, ...more: readonly string[]): void => doc.getArray<string>("words").push([...more]);
const sorted = (client: StockClient): string => [...words(client)].sort().join(" ");

async function untilSame(clients: readonly StockClient[], expected: readonly string[]): Promise<void> {
  const wanted = [...expected].sort().join(" ");
  await untilTrue("all have everything once", () => clients.every((client) => sorted(client) === wanted));
}

/** Types without a pause until it is told to stop. */
function typing(client: StockClient, name: string): { readonly typed: string[]; stop(): void } {
  const typed: string[] = [];
  const timer = setInterval(() => {
    const word = `${name}${typed.length}`;
    typed.push(word);
    add(client, word);
  }, 5);
  return { typed, stop: () => clearInterval(timer) };
}

async function upload(host: RunningHost, room: RoomId, content: Uint8Array): Promise<string> {
  const path = `${BLOBS_PATH}${room}/${contentHash(content)}`;
  expect((await fetch(`${host.base}${path}`, { method: "PUT", body: content.slice() })).status).toBe(201);
  return path;
}

describe("the restore drill", () => {
  it("brings a lost class back, and everybody's edits with it, none lost and none doubled", async () => {
    const room = RoomId.create();
    const first = await startHost({ data });
    const port = new URL(first.base).port;
    const [ana, ben, cem] = [1, 2, 3].map(() => stockClient(first.webSocketBase, room)) as [
      StockClient,
      StockClient,
      StockClient,
    ];
    await Promise.all([ana, ben, cem].map(synced));
    add(ana, "before");
    const picture = await upload(first, room, new TextEncoder().encode("a picture of the class"));

    // Made while two of them type, so it must hold some moment of it, whole.
    const [anaTypes, benTypes] = [typing(ana, "a"), typing(ben, "b")];
    await untilTrue("they type", () => anaTypes.typed.length > 20 && benTypes.typed.length > 20);
    const out = join(folder, "class.backup");
    const made = await runMeshbook(["backup", "--data", data, "--out", out, "--json"]);
    expect(made).toMatchObject({ code: 0, error: "" });
    expect(JSON.parse(made.out)).toMatchObject({ out, whileRunning: true });
    await untilTrue("they go on typing", () => anaTypes.typed.length > 60);
    anaTypes.stop();
    benTypes.stop();
    const all = ["before", ...anaTypes.typed, ...benTypes.typed];
    await untilSame([ana, ben, cem], all);

    // The laptop is lost. Cem has gone home; Ana and Ben keep their pages open and edit on.
    cem.close();
    await first.kill();
    await rm(data, { recursive: true });
    add(ana, "during1");
    add(ben, "during2");
    const restored = await runMeshbook(["restore", out, "--data", data]);
    expect(restored).toMatchObject({ code: 0, error: "" });
    const second = await startHost({ data, args: ["--no-agent", "--port", port] });
    expect(second.link).toEqual({ ...first.link, base: second.base });
    expect(second.base).toBe(first.base);

    const everything = [...all, "during1", "during2"];
    await untilSame([ana, ben], everything);
    const dora = stockClient(second.webSocketBase, room);
    await untilSame([dora], everything);
    expect(await (await fetch(`${second.base}${picture}`)).text()).toBe("a picture of the class");
    for (const client of [ana, ben, dora]) client.close();
    await second.stop();
  });

  it("has in it everything that was held when it was made, although nobody comes back", async () => {
    const room = RoomId.create();
    const lost = join(folder, "alone");
    const first = await startHost({ data: lost });
    const ana = stockClient(first.webSocketBase, room);
    const ben = stockClient(first.webSocketBase, room);
    await Promise.all([synced(ana), synced(ben)]);
    add(ana, ..."one two three".split(" "));
    await untilSame([ben], words(ana));
    ana.close();
    ben.close();
    await first.stop();
    const out = join(folder, "alone.backup");
    const made = await runMeshbook(["backup", "--data", lost, "--out", out]);
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/keep it where only you can read it/);
    expect((await checkBackup(out)).records).toBeGreaterThan(0);
    const again = await runMeshbook(["restore", out, "--data", lost]);
    expect(again).toMatchObject({ code: 1, out: "" });
    expect(again.error).toMatch(/^meshbook restore: .*--force.*\n$/);
    const forced = await runMeshbook(["restore", out, "--data", lost, "--force", "--json"]);
    expect(forced.code).toBe(0);
    const { movedTo } = JSON.parse(forced.out) as { readonly movedTo: string };
    expect((await stat(join(movedTo, "class.json"))).isFile()).toBe(true);
    const second = await startHost({ data: lost });
    const cem = stockClient(second.webSocketBase, room);
    await untilSame([cem], ["one", "two", "three"]);
    cem.close();
    await second.stop();
  });

  it("cannot be done under a host that runs, and a backup is for this user alone", async () => {
    const busy = join(folder, "busy");
    const host = await startHost({ data: busy });
    const out = join(folder, "busy.backup");
    expect((await runMeshbook(["backup", "--data", busy, "--out", out])).code).toBe(0);
    const refused = await runMeshbook(["restore", out, "--data", busy, "--force"]);
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.error).toMatch(/^meshbook restore: .*in use: stop the class host.*\n$/);
    const running = (await readRunningHost(busy))!;
    expect(running).toMatchObject({ pid: host.ready.pid, origin: host.base });
    const control = `http://127.0.0.1:${running.controlPort}/backup`;
    for (const Authorization of ["", "Bearer ", `Bearer ${running.token.slice(1)}x`, running.token]) {
      expect((await fetch(control, { method: "POST", headers: { Authorization } })).status).toBe(403);
    }
    if (process.platform !== "win32") expect((await stat(join(busy, "running.json"))).mode & 0o777).toBe(0o600);
    await host.stop();
    await expect(readFile(join(busy, "running.json"))).rejects.toThrow("ENOENT");
  });

  it("says in one line what is wrong with a file or a folder", async () => {
    const cases = [
      [["backup", "--data", join(folder, "nothing"), "--out", join(folder, "x")], /there is no class in/],
      [["backup", "--data", folder], /--out/],
      [["restore", join(folder, "nothing")], /cannot be read/],
      [["restore", join(import.meta.dirname, "restoreDrill.test.ts"), "--data", join(folder, "y")], /no backup/],
    ] as const;
    for (const [args, words] of cases) {
      const { code, out, error } = await runMeshbook(args);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(error).toMatch(words);
    }
  });
});

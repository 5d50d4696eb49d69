import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { BLOBS_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { importFile } from "#shared/formats/fileFormats.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { META, notebookRoots } from "#shared/notebook/schema.ts";
import { stockClient, type StockClient } from "../../support/hub/hubClient.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const fixture = (name: string): Promise<Buffer> =>
  readFile(join(import.meta.dirname, "../../fixtures/notebooks", name));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-exports-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A page that has imported a file, and what it would upload. */
async function importing(host: RunningHost, room: RoomId, name: string): Promise<StockClient> {
  const read = importFile(name, await fixture(name));
  if (!read.ok) throw read.error;
  const client = stockClient(host.webSocketBase, room);
  createNotebook(client.doc, read.value.draft);
  for (const { hash, bytes } of read.value.blobs) {
    const { status } = await fetch(`${host.base}${BLOBS_PATH}${room}/${hash}`, { method: "PUT", body: bytes.slice() });
    expect(status).toBe(201);
  }
  return client;
}

const retitle = ({ doc }: StockClient, title: string): void => {
  doc.transact(() => notebookRoots(doc).meta.set(META.title, title));
};
const filesOf = async ({ data }: { readonly data: string }): Promise<readonly string[]> =>
  (await readdir(join(data, "notebooks"))).filter((name) => name.endsWith(".ipynb")).sort();
const untilFiles = (host: { readonly data: string }, accept: (names: readonly string[]) => boolean): Promise<void> =>
  untilTrue("the notebooks are there", async () => accept(await filesOf(host)));

describe("the notebooks beside the archive", () => {
  it("are byte for byte what was imported, outputs included, and follow their title", async () => {
    const host = await startHost();
    const room = RoomId.create();
    const ana = await importing(host, room, "jupyter-4.5.ipynb");
    await untilFiles(host, (names) => names.length === 1);
    const [name] = await filesOf(host);
    expect(name).toMatch(new RegExp(`-${room.slice(0, 6)}\\.ipynb$`));
    const original = await fixture("jupyter-4.5.ipynb");
    await untilTrue("the file is the imported one", async () =>
      original.equals(await readFile(join(host.data, "notebooks", name!))),
    );
    retitle(ana, "../Lab: 1/2");
    const renamed = `Lab 1 2-${room.slice(0, 6)}.ipynb`;
    await untilFiles(host, (names) => names.length === 1 && names[0] === renamed);
    expect(JSON.parse(await readFile(join(host.data, "notebooks", renamed), "utf8"))).toMatchObject({
      metadata: { title: "../Lab: 1/2" },
    });
    ana.close();
    await host.stop();
  });

  it("are told apart when they have one title, and hold nothing of rooms that are no notebooks", async () => {
    const host = await startHost();
    const rooms = [RoomId.create(), RoomId.create()];
    const clients = await Promise.all(rooms.map((room) => importing(host, room, "ascii-4.5.ipynb")));
    const other = stockClient(host.webSocketBase, RoomId.create());
    other.doc.getMap("notebooks").set("x", 1);
    for (const client of clients) retitle(client, "Quiz");
    await untilFiles(
      host,
      (names) =>
        names.join() ===
        rooms
          .map((room) => `Quiz-${room.slice(0, 6)}.ipynb`)
          .sort()
          .join(),
    );
    for (const client of [...clients, other]) client.close();
    await host.stop();
  });

  it("are current when the host has stopped, and keep their date when it starts again", async () => {
    const data = join(folder, "stop");
    const room = RoomId.create();
    const first = await startHost({ data });
    const ana = await importing(first, room, "ascii-4.5.ipynb");
    await untilFiles(first, (names) => names.length === 1);
    retitle(ana, "Last words");
    const watcher = stockClient(first.webSocketBase, room);
    await untilTrue("the host has it", () => notebookRoots(watcher.doc).meta.get(META.title) === "Last words");
    expect(await first.stop()).toBe(0);
    ana.close();
    watcher.close();
    const name = `Last words-${room.slice(0, 6)}.ipynb`;
    expect(await filesOf({ data })).toEqual([name]);
    const { mtimeMs } = await stat(join(data, "notebooks", name));
    const second = await startHost({ data });
    await second.stop();
    expect((await stat(join(data, "notebooks", name))).mtimeMs).toBe(mtimeMs);
  });

  it("are made anew from the archive after a kill, whoever comes or not", async () => {
    const data = join(folder, "killed");
    const [lab, quiz] = [RoomId.create(), RoomId.create()];
    const first = await startHost({ data });
    const clients = [
      await importing(first, lab, "jupyter-4.5.ipynb"),
      await importing(first, quiz, "vscode-4.5.ipynb"),
    ];
    await untilFiles(first, (names) => names.length === 2);
    await first.kill();
    for (const client of clients) client.close();
    const notebooks = join(data, "notebooks");
    for (const name of await filesOf({ data })) await writeFile(join(notebooks, name), "half a fi");
    await writeFile(join(notebooks, ".left-over.tmp"), "x");
    await writeFile(join(notebooks, "mine.txt"), "of the teacher's");
    const second = await startHost({ data });
    await untilTrue(
      "both are whole",
      async () => {
        const texts = await Promise.all(
          (await filesOf({ data })).map((name) => readFile(join(notebooks, name), "utf8")),
        );
        return texts.length === 2 && texts.every((text) => text.trimEnd().endsWith("}"));
      },
      20_000,
    );
    const found = new Set(
      await Promise.all((await filesOf({ data })).map((name) => readFile(join(notebooks, name), "hex"))),
    );
    for (const name of ["jupyter-4.5.ipynb", "vscode-4.5.ipynb"]) {
      expect(found.has((await fixture(name)).toString("hex"))).toBe(true);
    }
    await second.stop();
    expect((await readdir(notebooks)).filter((name) => !name.endsWith(".ipynb")).sort()).toEqual([
      ".exports.json",
      "mine.txt",
    ]);
  });

  it("are written although another document cannot be", async () => {
    const host = await startHost();
    const [bad, good] = [RoomId.create(), RoomId.create()];
    const mallory = stockClient(host.webSocketBase, bad);
    mallory.doc.transact(() => {
      const { meta, cells, runs } = notebookRoots(mallory.doc);
      meta.set(META.schema, 1);
      meta.set(META.title, new Y.Map());
      meta.set(META.ipynb, { style: "x".repeat(100), skeleton: [[[]]], layout: { of: 1, gaps: [] } });
      cells.set("c", new Y.Text("no map"));
      runs.set("c", { outputs: [{ hash: "../../class.json", size: 1 }] });
    });
    const ana = await importing(host, good, "ascii-4.5.ipynb");
    retitle(ana, "Sound");
    await untilFiles(host, (names) => names.includes(`Sound-${good.slice(0, 6)}.ipynb`));
    mallory.close();
    ana.close();
    await host.stop();
  });
});

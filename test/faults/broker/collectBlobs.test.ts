// The host is killed in the middle of deleting blobs that nothing refers to: nothing that is referred to goes, and a new
// host finishes the work.

import { mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentHashOfText } from "#shared/base/hash.ts";
import { RoomId } from "#shared/base/ids.ts";
import { GRACE } from "#shared/blobs/planCollection.ts";
import { BLOBS_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { HeldClient } from "../../support/hub/hubClient.ts";
import { startHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

/** Enough that a kill falls between the first and the last. */
const GARBAGE = 1_500;
const KEPT = 100;
const names = (count: number, name: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${name} ${n}`);

describe("a class host killed while it deletes blobs", () => {
  const room = RoomId.create();
  let data: string;
  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), "meshbook-collect-"));
  });
  afterAll(() => rm(data, { recursive: true, force: true }));

  const held = (): Promise<string[]> => readdir(join(data, "blobs", room));

  /** The notebook, held by a host, and more blobs than it mentions, as a host of a month ago would have left them. */
  async function prepare(): Promise<void> {
    const host = await startHost({ data });
    const client = new HeldClient(host.webSocketBase, room);
    await client.until(() => client.held >= 1);
    client.doc.transact(() => {
      createNotebook(client.doc, { title: "Lab", language: "javascript", cells: [] });
      for (const name of names(KEPT, "kept")) {
        notebookRoots(client.doc).files.set(name, { hash: contentHashOfText(name) });
      }
    });
    const sent = client.sent;
    await client.until(() => client.held >= sent);
    await host.kill();
    await mkdir(join(data, "blobs", room), { recursive: true });
    await mkdir(join(data, "blob-notes"), { recursive: true });
    const notes: Record<string, unknown> = {};
    for (const name of [...names(GARBAGE, "garbage"), ...names(KEPT, "kept")]) {
      const hash = contentHashOfText(name);
      const path = join(data, "blobs", room, hash);
      await writeFile(path, name);
      await utimes(path, new Date(0), new Date(0));
      notes[hash] = { seen: Date.now(), waited: GRACE };
    }
    await writeFile(join(data, "blob-notes", `${room}.json`), JSON.stringify(notes));
  }

  it("loses none that the notebook mentions, and deletes the rest when it is started again", async () => {
    await prepare();
    const killed = await startHost({ data });
    await untilTrue("it has begun", async () => (await held()).length < GARBAGE + KEPT, 20_000);
    await killed.kill();
    const left = (await held()).length;
    console.log(`killed after ${GARBAGE + KEPT - left} of ${GARBAGE}`);
    expect(left).toBeGreaterThan(KEPT);
    const host = await startHost({ data });
    const kept = names(KEPT, "kept").map(contentHashOfText).sort();
    await untilTrue("only what is mentioned is left", async () => (await held()).length <= KEPT, 20_000);
    expect((await held()).sort()).toEqual(kept);
    expect(await readFile(join(data, "blobs", room, kept[0]!), "utf8")).toMatch(/^kept \d+$/);
    const { status } = await fetch(`${host.base}${BLOBS_PATH}${room}/${kept[0]}`);
    expect(status).toBe(200);
    await untilTrue("it says what it did", () => host.log().includes("outputs and files that nothing refers to"));
    expect(await host.stop()).toBe(0);
  }, 90_000);
});

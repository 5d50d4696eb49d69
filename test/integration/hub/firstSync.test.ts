// A document of 20 MB over the class host's own hub: in parts, with progress, and from where it was after a cut.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { readHubFrame } from "#shared/adapters/hub/hubFrames.ts";
import { PART_MAX } from "#shared/adapters/parts/partLimits.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { documentDigest, hasPendingUpdates } from "#shared/notebook/digest.ts";
import { readTitle } from "#shared/notebook/readNotebook.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { stockClient, synced } from "../../support/hub/hubClient.ts";
import { HubHost } from "../../support/HubHost.ts";
import { largeNotebook } from "../../support/largeNotebook.ts";
import { untilTrue } from "../../support/until.ts";

const SIZE = 20_000_000;
/** On a busy computer. */
const LIMIT = 50_000;

let host: HubHost;
let proxy: CuttableProxy;
const notebook = largeNotebook(SIZE);
const room = RoomId.create();
const replicas: Replica[] = [];

class Replica {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly statuses: SourceStatus[] = [];
  readonly attached: AttachedSource;
  /** Bytes of parts and answers that came, over all connections. */
  received = 0;
  longestFrame = 0;

  constructor(content?: Uint8Array) {
    if (content) Y.applyUpdate(this.doc, content);
    // oxlint-disable-next-line typescript/no-this-alias -- the class below belongs to this replica
    const replica = this;
    class CountingSocket extends WebSocket {
      constructor(url: string) {
        super(url);
        this.addEventListener("message", ({ data }) => {
          const frame = readHubFrame(new Uint8Array(data as ArrayBuffer));
          if (frame?.type !== "part" && frame?.type !== "update") return;
          replica.received += frame.update.length;
          replica.longestFrame = Math.max(replica.longestFrame, frame.update.length);
        });
      }
    }
    const url = hubUrl(`http://127.0.0.1:${proxy.port}`, room);
    const source = new HubDocSource({
      url,
      WebSocket: CountingSocket,
      clock: systemClock,
      logger: silentLogger,
    });
    const document = { doc: this.doc, awareness: this.awareness };
    this.attached = source.attach(document, (status) => this.statuses.push(status));
    replicas.push(this);
  }

  get held(): boolean {
    const status = this.statuses.at(-1);
    return status?.state === "connected" && status.held;
  }

  /** Bytes said to have been received, each time it was said. */
  get progress(): readonly { readonly received: number; readonly total: number }[] {
    return this.statuses.flatMap((status) => (status.state === "connected" ? (status.receiving ?? []) : []));
  }

  async end(): Promise<void> {
    await this.attached.detach();
    this.awareness.destroy();
    this.doc.destroy();
  }
}

beforeAll(async () => {
  host = await HubHost.start();
  proxy = await CuttableProxy.start(host.port);
  const writer = new Replica(notebook);
  await untilTrue("the host holds the notebook", () => writer.held, LIMIT);
  expect(writer.longestFrame).toBeLessThan(1_000);
});
afterEach(async () => {
  proxy.mend();
  for (const replica of replicas.splice(0)) await replica.end();
});
afterAll(async () => {
  await proxy.close();
  await host.close();
});

const whole = (): Y.Doc => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, notebook);
  return doc;
};

async function receivedSome(replica: Replica, share: number): Promise<void> {
  await untilTrue("a share has come", () => (replica.progress.at(-1)?.received ?? 0) > SIZE * share, LIMIT);
}

describe("the first sync of 20 MB over the hub", () => {
  it("comes in parts that are told of, each of which can be used at once", async () => {
    const begun = performance.now();
    const joiner = new Replica();
    await receivedSome(joiner, 0.1);
    expect(readTitle(joiner.doc)).toBe("A large notebook");
    expect(hasPendingUpdates(joiner.doc)).toBe(false);
    joiner.doc.getText("typed").insert(0, "while it comes");
    await untilTrue("all is held", () => joiner.held, LIMIT);
    console.log(`20 MB over the hub: ${Math.round(performance.now() - begun)} ms, ${joiner.progress.length} parts`);
    expect(joiner.doc.getText("typed").toJSON()).toBe("while it comes");
    expect(joiner.longestFrame).toBeLessThan(PART_MAX * 1.5);
    expect(joiner.received).toBeLessThan(notebook.length * 1.02);
    const { progress } = joiner;
    for (const [index, { received, total }] of progress.entries()) {
      expect(received).toBeGreaterThanOrEqual(progress[index - 1]?.received ?? 0);
      expect(Math.abs(total - notebook.length) / notebook.length).toBeLessThan(0.1);
    }
    expect(joiner.statuses.at(-1)).toEqual({ state: "connected", held: true });
    const stock = stockClient(`ws://127.0.0.1:${proxy.port}`, room);
    await synced(stock);
    expect(documentDigest(stock.doc)).toBe(documentDigest(joiner.doc));
    stock.close();
  });

  for (const what of ["cable is cut", "host is started again"] as const) {
    it(`goes on from where it was when the ${what}, again and again`, async () => {
      const joiner = new Replica();
      for (const share of [0.2, 0.5, 0.8]) {
        await receivedSome(joiner, share);
        joiner.doc.getText("typed").insert(0, `typed at ${share}. `);
        if (what === "cable is cut") proxy.cut();
        else await host.restart();
        proxy.mend();
      }
      await untilTrue("all is held", () => joiner.held, LIMIT);
      expect(joiner.doc.getText("typed").toJSON()).toContain("typed at 0.8. typed at 0.5. typed at 0.2. ");
      const before = joiner.received;
      console.log(`${what} three times: ${before - notebook.length} bytes more than the notebook has`);
      // What was on its way each time, and no more.
      expect(before).toBeLessThan(notebook.length + 3 * 2 * PART_MAX);
      const stock = stockClient(`ws://127.0.0.1:${proxy.port}`, room);
      await synced(stock);
      expect(documentDigest(stock.doc)).toBe(documentDigest(joiner.doc));
      stock.close();
    });
  }

  it("misses nothing that others write meanwhile, at its beginning, at its end and in between", async () => {
    const writer = new Replica(notebook);
    await untilTrue("the writer is in sync", () => writer.held, LIMIT);
    const joiner = new Replica();
    const text = writer.doc.getText("typed");
    const cells = writer.doc.getMap<Y.Map<unknown>>("cells");
    for (const share of [0.05, 0.3, 0.6, 0.9]) {
      await receivedSome(joiner, share);
      text.insert(0, `written at ${share}. `);
      for (const cell of ["large-1", "large-4999"]) {
        const source = cells.get(cell)?.get("src") as Y.Text;
        source.insert(2_000, "in the middle of a cell");
        source.delete(10, 5);
      }
      expect(joiner.held).toBe(false);
    }
    await untilTrue("all is held", () => joiner.held && writer.held, LIMIT);
    await untilTrue("equal", () => documentDigest(joiner.doc) === documentDigest(writer.doc), LIMIT);
    expect(joiner.doc.getText("typed").toJSON()).toContain("written at 0.3. written at 0.05. ");
    expect(whole().getMap("cells").size).toBe(joiner.doc.getMap("cells").size);
  });
});

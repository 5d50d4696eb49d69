// Thirty peers in one room of a real class host: how long until they agree, and what they send when nobody does anything.

import { setTimeout as wait } from "node:timers/promises";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { createNotebook } from "#shared/notebook/createNotebook.ts";
import { insertCells } from "#shared/notebook/editCells.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { startHost } from "../../support/startHost.ts";
import { NodePeer } from "./NodePeer.ts";

const PEERS = 30;
/** Digests and announcements that follow the last edit are over by then (milliseconds). */
const SETTLE = 3_000;
/** Presence is renewed every 15 to 18 s, so that each peer renews once (milliseconds). */
const IDLE_WINDOW = 16_500;

/**
 * `peers30_converged_ms`: from the moment 30 peers join, each adding a cell as soon as it has the notebook, until all
 * replicas are equal. `peers30_idle_bytes_per_s`: what TCP carries for one peer afterwards, both ways.
 */
export async function measureClass(): Promise<Record<string, number>> {
  const host = await startHost();
  const proxy = await CuttableProxy.start(Number(new URL(host.base).port));
  const base = `http://127.0.0.1:${proxy.port}`;
  const room = RoomId.create();
  await seed(host.base, room);
  const peers: NodePeer[] = [];
  try {
    const joined = performance.now();
    for (let index = 0; index < PEERS; index++) peers.push(new NodePeer(base, room, `Peer ${index}`));
    await Promise.all(peers.map((peer, index) => addCell(peer, index)));
    await Promise.all(peers.map(({ doc }) => untilCells(doc, PEERS + 1)));
    const converged = performance.now() - joined;
    mustBeEqual(peers);
    await wait(SETTLE);
    const before = proxy.bytes;
    await wait(IDLE_WINDOW);
    const idle = (proxy.bytes - before) / PEERS / (IDLE_WINDOW / 1_000);
    return { peers30_converged_ms: Math.round(converged), peers30_idle_bytes_per_s: Math.round(idle) };
  } finally {
    await Promise.all(peers.map((peer) => peer.leave()));
    await proxy.close();
    await host.stop();
  }
}

async function seed(base: string, room: RoomId): Promise<void> {
  const teacher = new NodePeer(base, room, "Teacher");
  const cells = [{ kind: "markdown", language: "", source: "# A class" }] as const;
  createNotebook(teacher.doc, { title: "A class", language: "javascript", cells });
  await teacher.sync.settled;
  await teacher.leave();
}

async function addCell({ doc }: NodePeer, index: number): Promise<void> {
  await untilCells(doc, 1);
  insertCells(doc, "end", [{ kind: "code", language: "javascript", source: `const answer${index} = ${index};` }]);
}

function untilCells(doc: Y.Doc, count: number): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (notebookRoots(doc).cells.size < count) return;
      doc.off("update", look);
      resolve();
    };
    doc.on("update", look);
    look();
  });
}

function mustBeEqual(peers: readonly NodePeer[]): void {
  const [first, ...others] = peers.map(({ doc }) => Y.snapshot(doc));
  if (first === undefined || others.some((other) => !Y.equalSnapshots(first, other))) {
    throw new Error("replicas with all cells are not equal");
  }
}

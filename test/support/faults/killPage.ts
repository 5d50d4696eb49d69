// A tab of a class in a real browser, without a screen: one notebook in the tab's own storage and at the host, somebody
// who types in it, and everything that is claimed told to the test at once, as far as the tab lives to tell it.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { consoleLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { toBase64url } from "#shared/base/base64url.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { Value } from "#shared/base/value.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import type { SyncView } from "#shared/session/views.ts";
import { IndexedDbDocSource } from "../../../renderer/adapters/indexeddb/document/IndexedDbDocSource.ts";
import { TokenWriter } from "./TokenWriter.ts";

/** Most words typed before it is waited until the tab's own storage has them. */
const BURST = 6;

/** What a tab says of what its writer has written until now. */
export interface Told {
  readonly writer: string;
  readonly written: number;
  readonly saved: boolean;
  readonly held: boolean;
}

export interface KillPage {
  /** Reads the notebook from this browser's storage alone. */
  open(room: string): Promise<void>;
  /** Goes to the host that served the page. */
  join(): void;
  typeOn(writer: string, seed: number): void;
  stopTyping(): void;
  /** Asks the host at once; for when it is back. */
  resync(): void;
  /** The document as one update, in base64url. */
  state(): string;
  view(): SyncView;
  problems(): readonly string[];
}

declare global {
  var killPage: KillPage;
  function told(what: Told): Promise<void>;
}

const problems: string[] = [];
addEventListener("error", (event) => problems.push(`error: ${event.message}`));
addEventListener("unhandledrejection", (event) => problems.push(`unhandled rejection: ${String(event.reason)}`));

const doc = new Y.Doc();
const awareness = new Awareness(doc);
const clock = systemClock;
const logger = consoleLogger("warn");
let room: RoomId | undefined;
let sync: DocSync | undefined;
let writer: TokenWriter | undefined;
let typing = false;

function tell(): void {
  if (writer === undefined || sync === undefined) return;
  const { saved, heldByHost } = sync.view.get();
  void told({ writer: writer.name, written: writer.written, saved, held: heldByHost === true });
}

async function type(current: TokenWriter, random: () => number): Promise<void> {
  while (typing) {
    for (let left = 1 + Math.floor(random() * BURST); left > 0; left--) {
      current.write();
      tell();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await saved();
  }
}

function saved(): Promise<void> {
  return new Promise((resolve) => {
    const stop = sync!.view.subscribe(check);
    function check(): void {
      if (!sync!.view.get().saved && typing) return;
      stop();
      resolve();
    }
    check();
  });
}

globalThis.killPage = {
  open: async (roomText) => {
    room = RoomId.parse(roomText)!;
    const peer = PeerId.parse("tab".padEnd(22, "x"))!;
    const board = new PresenceSession({ awareness, peer, name: new Value("tab"), capabilities: [], clock });
    const storage = new IndexedDbDocSource(room);
    sync = new DocSync({ document: { doc, awareness }, device: peer, storage, networks: [], board, clock, logger });
    sync.view.subscribe(tell);
    await sync.settled;
  },
  join: () => {
    sync!.addNetwork(new HubDocSource({ url: hubUrl(location.href, room!), WebSocket, clock, logger }));
  },
  typeOn: (name, seed) => {
    const random = seededRandom(seed);
    writer = new TokenWriter(doc, name, random);
    writer.start();
    typing = true;
    void type(writer, random);
  },
  stopTyping: () => {
    typing = false;
    tell();
  },
  resync: () => sync?.resync(),
  state: () => toBase64url(Y.encodeStateAsUpdate(doc)),
  view: () => sync!.view.get(),
  problems: () => problems,
};

import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubDocSource, hubUrl } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";

/** Somebody with a notebook open, without a screen and a disk: document, presence and the hub, as a page has them. */
export class NodePeer {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly sync: DocSync;
  readonly #presence: PresenceSession;

  constructor(base: string, room: RoomId, name: string) {
    const { peer } = NodeSigner.create();
    const { doc, awareness } = this;
    const clock = systemClock;
    this.#presence = new PresenceSession({ awareness, peer, name: new Value(name), capabilities: [], clock });
    const url = hubUrl(base, room);
    this.sync = new DocSync({
      ...{ document: { doc, awareness }, device: peer, storage: undefined, board: this.#presence },
      networks: [new HubDocSource({ url, WebSocket, clock, logger: silentLogger })],
      ...{ clock, logger: silentLogger },
    });
  }

  async leave(): Promise<void> {
    this.#presence.leave();
    await this.sync.close();
    this.awareness.destroy();
    this.doc.destroy();
  }
}

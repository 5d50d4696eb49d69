// One device with the product's own half of the wire, in Node, over real sockets, whose every claim goes into a ledger.

import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { Value } from "#shared/base/value.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { DocSource } from "#shared/ports/DocSource.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import type { SyncView } from "#shared/session/views.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { untilValue } from "../until.ts";
import type { TokenLedger } from "./TokenLedger.ts";
import { hasToken, TokenWriter } from "./TokenWriter.ts";

/** Most words typed before it is waited until they are held. */
const BURST = 6;
/** A host that was killed is back within this time, on a busy machine (milliseconds). */
const HELD_LIMIT = 60_000;

export interface HonestPeerOptions {
  /** `http://127.0.0.1:…` of a host, or of a cable to it. */
  readonly base: string;
  readonly room: RoomId;
  /** Letters and digits; no other writer of the ledger has it. */
  readonly name: string;
  readonly seed: number;
  readonly ledger: TokenLedger;
  readonly clock?: Clock;
  /** Another way to the others, in place of a host's hub. */
  readonly network?: DocSource;
}

export class HonestPeer {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly name: string;
  /** This device's key; the hub has proof of it. */
  readonly signer = NodeSigner.create();
  readonly sync: DocSync;
  readonly presence: PresenceSession;
  readonly writer: TokenWriter;
  readonly #ledger: TokenLedger;
  readonly #random: () => number;
  readonly #stopWatching: () => void;
  /** Called with every view, after its claims were noted. */
  onView: (view: SyncView) => void = () => {};

  constructor(options: HonestPeerOptions) {
    const { name, seed, ledger, clock = systemClock } = options;
    this.name = name;
    this.#ledger = ledger;
    this.#random = seededRandom(seed);
    this.writer = new TokenWriter(this.doc, name, this.#random);
    this.writer.start();
    const { peer } = this.signer;
    this.presence = new PresenceSession({
      ...{ awareness: this.awareness, peer, name: new Value(name), capabilities: [], clock },
    });
    this.sync = new DocSync({
      ...{ document: { doc: this.doc, awareness: this.awareness }, device: peer, clock, logger: silentLogger },
      storage: undefined,
      networks: [options.network ?? this.#hub(options)],
      board: this.presence,
    });
    this.#stopWatching = this.sync.view.subscribe(() => this.#noteClaims());
  }

  get view(): SyncView {
    return this.sync.view.get();
  }

  /** What is said of the connection to the host. */
  get hubState(): string {
    return this.view.sources.find(({ kind }) => kind === "hub")?.status.state ?? "none";
  }

  /** Resolves when the host is said to hold everything written here. */
  async untilHeld(limit?: number): Promise<void> {
    await untilValue(this.sync.view, (view) => view.heldByHost === true, limit);
  }

  /** Resolves when this replica has the token. */
  untilHas(token: string, limit = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.doc.off("afterAllTransactions", check);
        reject(new Error(`${this.name} has not got ${token} within ${limit} ms; it says ${JSON.stringify(this.view)}`));
      }, limit);
      const check = (): void => {
        if (!hasToken(this.doc, token)) return;
        clearTimeout(late);
        this.doc.off("afterAllTransactions", check);
        resolve();
      };
      this.doc.on("afterAllTransactions", check);
      check();
    });
  }

  /** Types a few words in turns of their own, and more when those are held, until told to stop. Rejects never. */
  async typeOn(signal: AbortSignal, wrote: () => void): Promise<void> {
    const stopped = aborted(signal);
    while (!signal.aborted) {
      for (let left = 1 + Math.floor(this.#random() * BURST); left > 0; left--) {
        this.writer.write();
        wrote();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.race([this.untilHeld(HELD_LIMIT), stopped]);
    }
  }

  /** Closes as leaving the page does. */
  async leave(): Promise<void> {
    this.#stopWatching();
    this.presence.leave();
    await this.sync.close();
    this.awareness.destroy();
    this.doc.destroy();
  }

  #hub({ base, room, name, clock = systemClock }: HonestPeerOptions): DocSource {
    const { signer } = this;
    const access = new HubAccess({ room, host: new URL(base).host, signer, name: () => name, logger: silentLogger });
    return new HubDocSource({ url: hubUrlWithAccess(base, room), WebSocket, clock, logger: silentLogger, access });
  }

  #noteClaims(): void {
    const { view } = this;
    if (view.heldByHost === true) this.#ledger.claim("held", this.name, this.writer.written);
    this.onView(view);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

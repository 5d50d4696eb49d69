// Several devices with the product's own session half, joined by networks in memory: a host, a mesh, and a disk each.

import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub, NO_FAULTS, type MemoryFaults } from "#shared/adapters/memory/MemoryHub.ts";
import { ms, type Milliseconds } from "#shared/base/units.ts";
import { PeerId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { Value } from "#shared/base/value.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { PresenceSession } from "#shared/session/PresenceSession.ts";
import { FakeClock } from "./FakeClock.ts";

/** Time between two looks at the truth. */
const MOMENT = ms(40);
/** From here on it is looked at less often. */
const LONG_TIME = ms(15_000);

export interface WorldReplica {
  readonly doc: Y.Doc;
  readonly text: Y.Text;
  readonly awareness: Awareness;
  readonly disk: MemoryHub;
  readonly hostSource: MemoryDocSource;
  readonly meshSource: MemoryDocSource;
  readonly presence: PresenceSession;
  readonly sync: DocSync;
}

export class SyncWorld {
  readonly clock = new FakeClock();
  readonly host: MemoryHub;
  readonly mesh: MemoryHub;
  /** Those that are here, and all that ever were. */
  readonly live: WorldReplica[] = [];
  readonly everybody: WorldReplica[] = [];
  afterEachMoment: () => void = () => {};
  /** Called with a replica each time it says something new, in the middle of whatever made it say so. */
  onView: (replica: WorldReplica) => void = () => {};

  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.host = new MemoryHub({ clock: this.clock, seed, stores: true, kind: "hub" });
    this.mesh = new MemoryHub({ clock: this.clock, seed: seed + 1, stores: false, kind: "webrtc" });
  }

  /** Opens the notebook on a device: a new one, or one that has this disk and left before. */
  join(kept?: MemoryHub): WorldReplica {
    const { clock, host, mesh } = this;
    const doc = new Y.Doc();
    // As random as Yjs's own, and the same when the world is lived through again.
    doc.clientID = Math.floor(this.#random() * 2 ** 32);
    const awareness = new Awareness(doc);
    const peer = PeerId.parse(`device${this.everybody.length}`.padEnd(22, "x"))!;
    const disk = kept ?? new MemoryHub({ clock, stores: true, kind: "disk" });
    const [hostSource, meshSource] = [new MemoryDocSource(host), new MemoryDocSource(mesh)];
    const presence = new PresenceSession({ awareness, peer, name: new Value("Somebody"), capabilities: [], clock });
    const sync = new DocSync({
      ...{ document: { doc, awareness }, device: peer, clock, logger: silentLogger, board: presence },
      storage: new MemoryDocSource(disk),
      networks: [hostSource, meshSource],
    });
    const replica = { doc, text: doc.getText("t"), awareness, disk, hostSource, meshSource, presence, sync };
    sync.view.subscribe(() => this.onView(replica));
    this.live.push(replica);
    this.everybody.push(replica);
    return replica;
  }

  /** Closes the notebook on one device, as closing the page does. */
  async leave(replica: WorldReplica): Promise<void> {
    this.live.splice(this.live.indexOf(replica), 1);
    replica.presence.leave();
    await replica.sync.close();
  }

  setFaults(faults: MemoryFaults): void {
    this.host.faults = faults;
    this.mesh.faults = faults;
  }

  /** Splits the mesh: replica n is in group `groups[n]`. */
  partition(groups: readonly number[]): void {
    const nodes = this.live.flatMap(({ meshSource }, index) => {
      return meshSource.node ? [{ node: meshSource.node, group: groups[index % groups.length] }] : [];
    });
    this.mesh.partition([0, 1].map((group) => nodes.filter((one) => one.group === group).map((one) => one.node)));
  }

  /** Ends all faults. */
  async calm(): Promise<void> {
    this.setFaults(NO_FAULTS);
    this.mesh.partition([]);
    this.host.heal();
    this.mesh.heal();
    for (const { hostSource, meshSource } of this.live) {
      this.host.heal(hostSource.node);
      this.mesh.heal(meshSource.node);
    }
    await this.pass(MOMENT);
  }

  async pass(time: Milliseconds): Promise<void> {
    const step = time > LONG_TIME ? ms(500) : MOMENT;
    for (let passed = 0; passed < time; passed += step) {
      await this.clock.advanceAsync(ms(Math.min(step, time - passed)));
      this.afterEachMoment();
    }
  }

  async end(): Promise<void> {
    for (const { sync, presence, awareness, doc, disk } of this.everybody) {
      await sync.close();
      presence.leave();
      awareness.destroy();
      disk.close();
      doc.destroy();
    }
    this.host.close();
    this.mesh.close();
  }
}

/** Whether `outer` knows every insertion and every deletion that `inner` knows. */
export function contains(outer: Y.Doc, inner: Y.Doc): boolean {
  const [one, other] = [Y.snapshot(outer), Y.snapshot(inner)];
  for (const [client, clock] of other.sv) if ((one.sv.get(client) ?? 0) < clock) return false;
  const together = new Y.Snapshot(Y.mergeDeleteSets([one.ds, other.ds]), one.sv);
  return Y.equalSnapshots(one, together);
}

import type { Dispose } from "../../base/dispose.ts";
import { Value, type Readable } from "../../base/value.ts";
import type { RunningPeer } from "../../execution/cellState.ts";
import { nameShown } from "../presence/claimedName.ts";
import type { PeerView } from "../views.ts";

/** What others run, as they show it. What ends it is added to `disposes`. */
export function runningPeers(
  replicas: Readable<readonly PeerView[]>,
  disposes: Dispose[],
): Readable<readonly RunningPeer[]> {
  const read = (): readonly RunningPeer[] =>
    replicas.get().map(({ presence: { name, running }, identity }) => ({ name: nameShown(name, identity), running }));
  const others = new Value(read());
  disposes.push(replicas.subscribe(() => others.set(read())));
  return others;
}

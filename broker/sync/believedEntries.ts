import { PeerId } from "#shared/base/ids.ts";
import type { AwarenessEntry } from "#shared/presence/cleanAwareness.ts";
import type { AwarenessTable } from "./AwarenessTable.ts";
import type { HubConnection } from "./HubConnection.ts";

/** What is known when a connection says who shows what. */
export interface Witnesses {
  readonly table: AwarenessTable<HubConnection>;
  /** Devices that have proven who they are, and are in the room. */
  readonly here: ReadonlySet<PeerId>;
}

/**
 * Those entries that a connection may bring. Nobody speaks for a device that is here and has proven who it is: neither
 * under its name, nor over what it shows itself. For others anybody may: peers pass on the presence of those who reach
 * the host through them alone.
 */
export function believedEntries(
  entries: readonly AwarenessEntry[],
  by: HubConnection,
  { table, here }: Witnesses,
): readonly AwarenessEntry[] {
  const isForeign = (peer: PeerId | undefined): boolean =>
    peer !== undefined && peer !== by.device?.peer && here.has(peer);
  return entries.filter(({ client, state }) => {
    const shown = table.shown(client);
    const itself = shown?.owner.device?.peer;
    const showsItself = itself !== undefined && itself === peerOf(shown?.entry.state);
    return !isForeign(peerOf(state)) && !(showsItself && isForeign(itself));
  });
}

/** The device that a state says it is of. */
const peerOf = (state: AwarenessEntry["state"]): PeerId | undefined => PeerId.parse(state?.["peer"]);

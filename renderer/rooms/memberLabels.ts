import type { PeerId } from "#shared/base/ids.ts";

/** How a device is called that never said a name. */
export const UNKNOWN = "Unknown";

/** Characters of a key that are shown: enough to compare by eye. */
const KEY_SHOWN = 6;
export const keyShown = (peer: PeerId): string => peer.slice(0, KEY_SHOWN);

/** What to call each device aloud: by its name, and where several have one name by the beginning of its key, too. */
export function memberLabels(
  members: readonly { readonly peer: PeerId; readonly name: string }[],
): ReadonlyMap<PeerId, string> {
  const counts = new Map<string, number>();
  for (const { name } of members) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    members.map(({ peer, name }) => {
      const shown = name || UNKNOWN;
      return [peer, (counts.get(name) ?? 0) > 1 ? `${shown} (${keyShown(peer)})` : shown];
    }),
  );
}

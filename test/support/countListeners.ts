import type { Awareness } from "y-protocols/awareness";
import type * as Y from "yjs";

/** Listeners on documents and presence, whoever put them there. For tests of what is left behind. */
export function countListeners(...observed: readonly (Y.Doc | Awareness)[]): number {
  const maps = observed.map((one) => (one as { _observers: Map<string, Set<unknown>> })._observers);
  return maps.flatMap((map) => [...map.values()]).reduce((sum, listeners) => sum + listeners.size, 0);
}

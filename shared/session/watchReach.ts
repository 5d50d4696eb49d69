import { disposeAll, type Dispose } from "../base/dispose.ts";
import type { Readable } from "../base/value.ts";
import type { SourceKind } from "../ports/DocSource.ts";
import type { Reach } from "../presence/ghosts.ts";
import type { SyncView } from "./views.ts";

/** Sources that themselves tell who has left. */
const RELAYS: readonly SourceKind[] = ["hub", "mqtt", "memory"];

/** Tells `follow` by which ways others can be reached, now and whenever that changes. `links`: ends of direct links. */
export function watchReach(
  ways: { readonly view: Readable<SyncView>; readonly links: Readable<ReadonlySet<string>> | undefined },
  follow: (reach: Reach) => void,
): Dispose {
  const { view, links } = ways;
  const tell = (): void => {
    const relay = view.get().sources.some(({ kind, status }) => RELAYS.includes(kind) && status.state === "connected");
    follow({ relay, links: links?.get() ?? new Set() });
  };
  tell();
  const disposes = [view.subscribe(tell), ...(links ? [links.subscribe(tell)] : [])];
  return () => disposeAll(disposes);
}

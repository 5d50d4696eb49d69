// What follows for "is it saved, held, seen?" from what happens to one document and its sources.
// 1. Our digest is known only while the document is quiet. While it changes nobody is said to have seen it.
// 2. A claim of a source counts only while the source is connected.
// 3. Trouble (replicas differ, parts are missing, a store does not confirm) that lasts makes us ask everybody again; each
//    time without success we wait twice as long.

import type { PeerId } from "../base/ids.ts";
import { ms, type Milliseconds } from "../base/units.ts";
import type { SourceKind, SourceStatus } from "../ports/DocSource.ts";
import type { SyncView } from "./views.ts";

/** The document is quiet when it has not changed for so long: a pause between words. */
export const QUIET = ms(400);
/** Parts that build on missing parts: the rest is on its way, unless it takes this long. */
export const PENDING_PATIENCE = ms(2_000);
/** Digests that differ while everybody is quiet; presence itself takes a moment to travel. */
export const DIFFER_PATIENCE = ms(5_000);
/** Longest wait between two attempts to mend what does not get better. */
export const RESYNC_MAX = ms(60_000);

export interface ReplicaDigest {
  readonly peer: PeerId;
  readonly digest: string | undefined;
}

export interface SourceState {
  readonly id: number;
  readonly kind: SourceKind;
  readonly status: SourceStatus;
}

export interface SyncState {
  /** This device: its other tabs do not count as others who have seen. */
  readonly device: PeerId;
  readonly sources: readonly SourceState[];
  /** Ours, while the document is quiet. */
  readonly digest: string | undefined;
  readonly replicas: readonly ReplicaDigest[];
  /** The document holds parts that build on parts it lacks. */
  readonly pending: boolean;
  readonly mending: { readonly due: Milliseconds; readonly attempts: number } | undefined;
}

export type SyncEvent =
  | { readonly type: "source-reported"; readonly source: SourceState }
  | { readonly type: "source-gone"; readonly id: number }
  /** The document changed. */
  | { readonly type: "changed" }
  /** It has not changed for `QUIET`; this is its digest. */
  | { readonly type: "quieted"; readonly digest: string }
  | { readonly type: "pending-known"; readonly pending: boolean }
  | { readonly type: "replicas-known"; readonly replicas: readonly ReplicaDigest[] }
  /** The time asked for by `wake` has come. */
  | { readonly type: "woken" };

export type SyncEffect =
  /** Show this digest to others; undefined takes it back. */
  | { readonly type: "publish-digest"; readonly digest: string | undefined }
  /** Say `quieted` when the document has been quiet from now on. Replaces an earlier order. */
  | { readonly type: "await-quiet" }
  /** Ask every source again for what we lack, and give what it lacks. */
  | { readonly type: "resync" }
  /** Say `woken` at this time. Replaces an earlier order. */
  | { readonly type: "wake"; readonly at: Milliseconds };

export interface SyncStep {
  readonly state: SyncState;
  readonly effects: readonly SyncEffect[];
}

export function initialSync(device: PeerId): SyncState {
  return { device, sources: [], digest: undefined, replicas: [], pending: false, mending: undefined };
}

/** Decides what follows from one event at time `now` (monotonic). Pure. */
export function stepSync(state: SyncState, event: SyncEvent, now: Milliseconds): SyncStep {
  const { state: told, effects } = take(state, event);
  const { state: next, effects: mending } = mend(told, now);
  return { state: next, effects: [...effects, ...mending] };
}

function take(state: SyncState, event: SyncEvent): SyncStep {
  switch (event.type) {
    case "source-reported": {
      const others = state.sources.filter((source) => source.id !== event.source.id);
      const sources = [...others, event.source].sort((one, other) => one.id - other.id);
      return { state: { ...state, sources }, effects: [] };
    }
    case "source-gone":
      return { state: { ...state, sources: state.sources.filter(({ id }) => id !== event.id) }, effects: [] };
    case "changed": {
      const takeBack = { type: "publish-digest", digest: undefined } as const;
      const effects: readonly SyncEffect[] = [{ type: "await-quiet" }];
      return {
        state: state.digest === undefined ? state : { ...state, digest: undefined },
        effects: state.digest === undefined ? effects : [takeBack, ...effects],
      };
    }
    case "quieted":
      return {
        state: { ...state, digest: event.digest },
        effects: [{ type: "publish-digest", digest: event.digest }],
      };
    case "pending-known":
      return { state: { ...state, pending: event.pending }, effects: [] };
    case "replicas-known":
      return { state: { ...state, replicas: event.replicas }, effects: [] };
    case "woken":
      return { state, effects: [] };
  }
}

function mend(state: SyncState, now: Milliseconds): SyncStep {
  const patience = patienceWith(state);
  if (patience === undefined) {
    return { state: state.mending === undefined ? state : { ...state, mending: undefined }, effects: [] };
  }
  const due = ms(now + patience);
  const { mending } = state;
  if (mending === undefined || (mending.attempts === 0 && due < mending.due)) {
    return { state: { ...state, mending: { due, attempts: 0 } }, effects: [{ type: "wake", at: due }] };
  }
  if (now < mending.due) return { state, effects: [] };
  const attempts = mending.attempts + 1;
  const next = ms(now + Math.min(RESYNC_MAX, patience * 2 ** attempts));
  return {
    state: { ...state, mending: { due: next, attempts } },
    effects: [{ type: "resync" }, { type: "wake", at: next }],
  };
}

/** How long the present trouble may last; undefined if there is none. */
function patienceWith({ pending, digest, replicas, sources }: SyncState): Milliseconds | undefined {
  if (pending) return PENDING_PATIENCE;
  if (digest === undefined) return undefined;
  const differs = replicas.some((replica) => replica.digest !== undefined && replica.digest !== digest);
  const unconfirmed = sources.some(
    ({ kind, status }) => kind === "hub" && status.state === "connected" && !status.held,
  );
  return differs || unconfirmed ? DIFFER_PATIENCE : undefined;
}

/** What may be said at this instant; see the promises at `SyncView`. */
export function syncView({ device, sources, digest, replicas, pending }: SyncState): SyncView {
  const holds = (kind: SourceKind): boolean =>
    sources.some((source) => source.kind === kind && source.status.state === "connected" && source.status.held);
  const others = replicas.filter((replica) => replica.peer !== device);
  const seeing = others.filter((replica) => digest !== undefined && replica.digest === digest);
  return {
    saved: holds("disk"),
    heldByHost: sources.some((source) => source.kind === "hub") ? holds("hub") : undefined,
    seen: { by: distinct(seeing), of: distinct(others) },
    incomplete: pending,
    sources: sources.map(({ kind, status }) => ({ kind, status })),
  };
}

/** The same, for an instant at which nobody has judged the document as it is now. */
export function withoutClaims(view: SyncView): SyncView {
  return {
    ...view,
    saved: false,
    heldByHost: view.heldByHost === undefined ? undefined : false,
    seen: { ...view.seen, by: 0 },
  };
}

function distinct(replicas: readonly ReplicaDigest[]): number {
  return new Set(replicas.map((replica) => replica.peer)).size;
}

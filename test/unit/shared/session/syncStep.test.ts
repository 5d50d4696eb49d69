import { describe, expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import type { PeerId } from "#shared/base/ids.ts";
import type { SourceKind, SourceStatus } from "#shared/ports/DocSource.ts";
import {
  DIFFER_PATIENCE,
  initialSync,
  PENDING_PATIENCE,
  RESYNC_MAX,
  stepSync,
  syncView,
  type SyncEffect,
  type SyncEvent,
  type SyncState,
} from "#shared/session/syncStep.ts";

const ME = "me" as PeerId;
const ANA = "ana" as PeerId;
const BEN = "ben" as PeerId;

/** A state after events, each at a time. */
function after(...events: readonly (readonly [number, SyncEvent])[]): { state: SyncState; effects: SyncEffect[] } {
  let state = initialSync(ME);
  const effects: SyncEffect[] = [];
  for (const [at, event] of events) {
    const step = stepSync(state, event, ms(at));
    state = step.state;
    effects.push(...step.effects);
  }
  return { state, effects };
}

const viewAfter = (...events: readonly SyncEvent[]) =>
  syncView(after(...events.map((event) => [0, event] as const)).state);
const reported = (kind: SourceKind, status: SourceStatus, id = 1): SyncEvent => ({
  type: "source-reported",
  source: { id, kind, status },
});
const connected = (held: boolean): SourceStatus => ({ state: "connected", held });
const offline: SourceStatus = { state: "offline", reason: "away" };
const quieted = (digest: string): SyncEvent => ({ type: "quieted", digest });
const shown = (...replicas: readonly (readonly [PeerId, string | undefined])[]): SyncEvent => ({
  type: "replicas-known",
  replicas: replicas.map(([peer, digest]) => ({ peer, digest })),
});
const resyncs = (effects: readonly SyncEffect[]): number => effects.filter(({ type }) => type === "resync").length;

describe("syncView", () => {
  it("promises nothing at the start", () => {
    expect(viewAfter()).toEqual({
      saved: false,
      heldByHost: undefined,
      seen: { by: 0, of: 0 },
      incomplete: false,
      sources: [],
    });
  });

  it("says saved only while the disk is connected and holds", () => {
    expect(viewAfter(reported("disk", connected(true))).saved).toBe(true);
    expect(viewAfter(reported("disk", connected(false))).saved).toBe(false);
    expect(viewAfter(reported("disk", connected(true)), reported("disk", offline)).saved).toBe(false);
    expect(viewAfter(reported("hub", connected(true))).saved).toBe(false);
  });

  it("knows nothing of a host when the notebook has none", () => {
    expect(viewAfter(reported("disk", connected(true))).heldByHost).toBeUndefined();
    expect(viewAfter(reported("hub", connected(true))).heldByHost).toBe(true);
    expect(viewAfter(reported("hub", offline)).heldByHost).toBe(false);
    expect(viewAfter(reported("hub", connected(true)), { type: "source-gone", id: 1 }).heldByHost).toBeUndefined();
  });

  it("counts peers by device, whose digest is ours right now, without ourselves", () => {
    const view = viewAfter(quieted("d"), shown([ANA, "d"], [ANA, "old"], [BEN, "old"], [ME, "d"]));
    expect(view.seen).toEqual({ by: 1, of: 2 });
  });

  it("says that nobody has seen it while it changes", () => {
    expect(viewAfter(quieted("d"), shown([ANA, "d"]), { type: "changed" }).seen).toEqual({ by: 0, of: 1 });
  });

  it("does not take two unknown digests for equal", () => {
    expect(viewAfter(shown([ANA, undefined])).seen).toEqual({ by: 0, of: 1 });
  });

  it("says incomplete while parts are missing", () => {
    expect(viewAfter({ type: "pending-known", pending: true }).incomplete).toBe(true);
    expect(
      viewAfter({ type: "pending-known", pending: true }, { type: "pending-known", pending: false }).incomplete,
    ).toBe(false);
  });
});

describe("stepSync given changed", () => {
  it("takes our digest back once, and waits for quiet each time", () => {
    const { effects } = after([0, quieted("d")], [1, { type: "changed" }], [2, { type: "changed" }]);
    expect(effects).toEqual([
      { type: "publish-digest", digest: "d" },
      { type: "publish-digest", digest: undefined },
      { type: "await-quiet" },
      { type: "await-quiet" },
    ]);
  });
});

describe("stepSync given replicas that differ", () => {
  it("does nothing before its patience ends, then asks again", () => {
    const differ = [[0, quieted("d")] as const, [0, shown([ANA, "other"])] as const];
    expect(after(...differ).effects.at(-1)).toEqual({ type: "wake", at: DIFFER_PATIENCE });
    expect(resyncs(after(...differ, [DIFFER_PATIENCE - 1, { type: "woken" }]).effects)).toBe(0);
    expect(resyncs(after(...differ, [DIFFER_PATIENCE, { type: "woken" }]).effects)).toBe(1);
  });

  it("asks ever less often while it does not help", () => {
    const events: (readonly [number, SyncEvent])[] = [
      [0, quieted("d")],
      [0, shown([ANA, "other"])],
    ];
    for (let at = 0; at <= 600_000; at += 500) events.push([at, { type: "woken" }]);
    const asked = resyncs(after(...events).effects);
    expect(asked).toBeGreaterThanOrEqual(600_000 / RESYNC_MAX);
    expect(asked).toBeLessThanOrEqual(600_000 / RESYNC_MAX + 5);
  });

  it("starts anew when they agreed in between", () => {
    const { state } = after(
      [0, quieted("d")],
      [0, shown([ANA, "other"])],
      [DIFFER_PATIENCE, { type: "woken" }],
      [DIFFER_PATIENCE + 1, shown([ANA, "d"])],
    );
    expect(state.mending).toBeUndefined();
  });

  it("is not troubled by replicas that are still changing", () => {
    expect(after([0, quieted("d")], [0, shown([ANA, undefined])]).state.mending).toBeUndefined();
  });

  it("watches our own other tabs as well", () => {
    expect(after([0, quieted("d")], [0, shown([ME, "other"])]).state.mending).toBeDefined();
  });
});

describe("stepSync given missing parts", () => {
  it("asks again after a short patience, also while the document changes", () => {
    const events = [
      [0, { type: "pending-known", pending: true }],
      [500, { type: "changed" }],
      [PENDING_PATIENCE, { type: "woken" }],
    ] as const;
    expect(resyncs(after(...events).effects)).toBe(1);
  });

  it("shortens a longer patience that had begun", () => {
    const { state } = after(
      [0, quieted("d")],
      [0, shown([ANA, "other"])],
      [100, { type: "pending-known", pending: true }],
    );
    expect(state.mending?.due).toBe(100 + PENDING_PATIENCE);
  });
});

describe("stepSync given a host that does not confirm", () => {
  it("asks again when it stays connected and silent", () => {
    const silent = [[0, reported("hub", connected(false))] as const, [0, quieted("d")] as const];
    expect(resyncs(after(...silent, [DIFFER_PATIENCE, { type: "woken" }]).effects)).toBe(1);
    const gone = [...silent, [1, reported("hub", offline)] as const];
    expect(resyncs(after(...gone, [DIFFER_PATIENCE, { type: "woken" }]).effects)).toBe(0);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Value } from "#shared/base/value.ts";
import type { SyncView } from "#shared/session/views.ts";
import { CalmStatus, SETTLE } from "../../../../renderer/notebook/header/CalmStatus.ts";

const SAVED: SyncView = {
  saved: true,
  heldByHost: undefined,
  seen: { by: 0, of: 0 },
  incomplete: false,
  sources: [{ kind: "hub", status: { state: "connected", held: true } }],
};
const UNSAVED: SyncView = { ...SAVED, saved: false };

function watch(sync: Value<SyncView>): { readonly status: CalmStatus; readonly told: string[] } {
  const status = new CalmStatus(sync);
  const told: string[] = [];
  status.subscribe(() => told.push(status.get()[0]?.text ?? ""));
  return { status, told };
}

describe("CalmStatus", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("says what is so at the start", () => {
    expect(watch(new Value(SAVED)).status.get()[0]?.text).toBe("Saved on this computer");
    expect(watch(new Value(UNSAVED)).status.get()[0]?.text).toBe("Saving…");
  });

  it("takes a good word back at once, and says it again when it has lasted", () => {
    const sync = new Value(SAVED);
    const { told } = watch(sync);
    sync.set(UNSAVED);
    expect(told).toEqual(["Saving…"]);
    sync.set(SAVED);
    vi.advanceTimersByTime(SETTLE - 1);
    expect(told).toEqual(["Saving…"]);
    vi.advanceTimersByTime(1);
    expect(told).toEqual(["Saving…", "Saved on this computer"]);
  });

  it("tells nothing for each key of somebody who types", () => {
    const sync = new Value(SAVED);
    const { told } = watch(sync);
    for (let key = 0; key < 50; key++) {
      sync.set(UNSAVED);
      vi.advanceTimersByTime(SETTLE / 4);
      sync.set(SAVED);
      vi.advanceTimersByTime(SETTLE / 2);
    }
    expect(told).toEqual(["Saving…"]);
  });

  it("does not count a good state that nobody watched as lasting", () => {
    const sync = new Value(UNSAVED);
    const status = new CalmStatus(sync);
    status.subscribe(() => {})();
    sync.set(SAVED);
    vi.advanceTimersByTime(2 * SETTLE);
    expect(status.get()[0]?.text).toBe("Saving…");
    status.subscribe(() => {});
    expect(status.get()[0]?.text).toBe("Saving…");
    vi.advanceTimersByTime(SETTLE);
    expect(status.get()[0]?.text).toBe("Saved on this computer");
  });
});

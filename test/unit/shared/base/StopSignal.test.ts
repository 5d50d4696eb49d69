import { describe, expect, it } from "vitest";
import { StopSource, systemSignal } from "#shared/base/StopSignal.ts";

describe("StopSource", () => {
  it("tells each of its listeners once that it was aborted", () => {
    const stop = new StopSource();
    const told: string[] = [];
    stop.addEventListener("abort", () => told.push("first"));
    stop.addEventListener("abort", () => told.push(`second, aborted: ${stop.aborted}`));
    expect(stop.aborted).toBe(false);
    stop.abort();
    stop.abort();
    expect(told).toEqual(["first", "second, aborted: true"]);
  });

  it("tells nothing to whoever was removed, also by another listener, or came afterwards", () => {
    const stop = new StopSource();
    const told: string[] = [];
    const removed = (): void => void told.push("removed");
    const last = (): void => void told.push("last");
    stop.addEventListener("abort", removed);
    stop.addEventListener("abort", () => stop.removeEventListener("abort", last));
    stop.addEventListener("abort", last);
    stop.removeEventListener("abort", removed);
    stop.abort();
    stop.addEventListener("abort", () => told.push("late"));
    expect(told).toEqual([]);
  });
});

describe("systemSignal", () => {
  it("aborts with what it follows, at once if that was aborted, and not once it was released", () => {
    const stop = new StopSource();
    const [followed, released] = [systemSignal(stop), systemSignal(stop)];
    released.release();
    stop.abort();
    expect([followed, released, systemSignal(stop)].map(({ signal }) => signal.aborted)).toEqual([true, false, true]);
  });
});

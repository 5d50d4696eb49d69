import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** A page that has just been loaded. */
async function loadPage() {
  vi.resetModules();
  return import("../../../../../renderer/adapters/page/pageIdle.ts");
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Notes when each of `count` waiters may begin, in milliseconds from now. */
function wait(pageIdle: () => Promise<void>, count: number): readonly number[] {
  const start = performance.now();
  const begun: number[] = [];
  for (let index = 0; index < count; index++) void pageIdle().then(() => begun.push(performance.now() - start));
  return begun;
}

describe("an idle page", () => {
  it("is one that was calm for four seconds, and gives those who wait a pause each", async () => {
    const { pageIdle } = await loadPage();
    const begun = wait(pageIdle, 3);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toHaveLength(3);
    expect(new Set(begun).size).toBe(3);
  });

  it("does not keep those waiting who come when it has started", async () => {
    const { pageIdle } = await loadPage();
    wait(pageIdle, 1);
    await vi.advanceTimersByTimeAsync(9_000);
    const begun = wait(pageIdle, 1);
    await vi.advanceTimersByTimeAsync(200);
    expect(begun).toHaveLength(1);
  });
});

describe("what somebody at the page may want", () => {
  const page = new EventTarget();
  beforeEach(() => {
    vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it("waits as long as the rest while nobody is there", async () => {
    const { pageWanted } = await loadPage();
    const begun = wait(pageWanted, 1);
    await vi.advanceTimersByTimeAsync(3_900);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(begun).toHaveLength(1);
  });

  it("comes after half a second of calm once somebody is there, and what nobody sees goes on waiting", async () => {
    const { pageIdle, pageWanted } = await loadPage();
    const unseen = wait(pageIdle, 1);
    const begun = wait(pageWanted, 2);
    await vi.advanceTimersByTimeAsync(1_000);
    page.dispatchEvent(new Event("keydown"));
    await vi.advanceTimersByTimeAsync(400);
    expect(begun).toEqual([]);
    await vi.advanceTimersByTimeAsync(500);
    expect(begun).toHaveLength(2);
    expect(unseen).toEqual([]);
  });
});

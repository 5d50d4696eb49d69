import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Value } from "#shared/base/value.ts";
import { beginning, calm, CALM_DELAY, END_DELAY } from "../../../../renderer/state/calm.ts";

describe("a calm value", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const setUp = () => {
    const source = new Value(0);
    const value = calm(source, beginning);
    const told: number[] = [];
    const dispose = value.subscribe(() => told.push(value.get()));
    return { source, value, told, dispose };
  };

  it("shows a beginning only when it has lasted", () => {
    const { source, value, told } = setUp();
    source.set(1);
    vi.advanceTimersByTime(CALM_DELAY - 1);
    expect([value.get(), told]).toEqual([0, []]);
    vi.advanceTimersByTime(1);
    expect([value.get(), told]).toEqual([1, [1]]);
  });

  it("never shows what has ended by then", () => {
    const { source, told } = setUp();
    source.set(1);
    source.set(0);
    vi.advanceTimersByTime(CALM_DELAY);
    expect(told).toEqual([]);
  });

  it("counts from the beginning, whatever changes meanwhile", () => {
    const { source, told } = setUp();
    source.set(1);
    vi.advanceTimersByTime(CALM_DELAY - 1);
    source.set(2);
    vi.advanceTimersByTime(1);
    expect(told).toEqual([2]);
  });

  it("waits no longer for what may come late than for what has come", () => {
    const source = new Value("");
    const told: string[] = [];
    const value = calm(source, (shown, next) => (shown !== "" ? 0 : next === "begun" ? CALM_DELAY : END_DELAY));
    value.subscribe(() => told.push(value.get()));
    source.set("begun");
    source.set("output");
    vi.advanceTimersByTime(END_DELAY);
    expect(told).toEqual(["output"]);
  });

  it("shows everything else at once", () => {
    const { source, told } = setUp();
    source.set(1);
    vi.advanceTimersByTime(CALM_DELAY);
    source.set(2);
    source.set(0);
    expect(told).toEqual([1, 2, 0]);
  });

  it("is the truth for whoever listens to nothing, and holds no timer for them", () => {
    const { source, value, dispose } = setUp();
    source.set(1);
    dispose();
    expect([value.get(), vi.getTimerCount()]).toEqual([1, 0]);
  });
});

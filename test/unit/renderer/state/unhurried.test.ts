import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Value } from "#shared/base/value.ts";
import { unhurried, UNHURRIED } from "../../../../renderer/state/unhurried.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("shows a first change at once, further ones once a second, and ends with the truth", () => {
  const source = new Value(0);
  const calm = unhurried(source);
  const seen: number[] = [];
  const dispose = calm.subscribe(() => seen.push(calm.get()));
  for (const value of [1, 2, 3]) source.set(value);
  expect(seen).toEqual([1]);
  vi.advanceTimersByTime(UNHURRIED);
  expect(seen).toEqual([1, 3]);
  source.set(4);
  expect(seen).toEqual([1, 3]);
  vi.advanceTimersByTime(UNHURRIED);
  expect(seen).toEqual([1, 3, 4]);
  vi.advanceTimersByTime(5 * UNHURRIED);
  source.set(5);
  expect(seen).toEqual([1, 3, 4, 5]);
  dispose();
  source.set(6);
  expect([seen.length, calm.get(), vi.getTimerCount()]).toEqual([4, 6, 0]);
});

import { expect, it } from "vitest";
import { ms } from "#shared/base/units.ts";
import { loadPart, missingParts, partMissed } from "../../../../../renderer/ui/parts/loadPart.ts";
import { FakeClock } from "../../../../support/FakeClock.ts";

it("asks for a part again until it can be had, and counts it meanwhile", async () => {
  const clock = new FakeClock();
  let asked = 0;
  let missed = 0;
  partMissed.subscribe(() => missed++);
  const load = (): Promise<string> => {
    asked++;
    return asked < 3
      ? Promise.reject(new TypeError("Failed to fetch dynamically imported module: http://host/assets/Menu.js"))
      : Promise.resolve("menu");
  };
  const part = loadPart(load, (delay, callback) => clock.after(delay, callback));
  await clock.advanceAsync(ms(1_000));
  expect([asked, missed, missingParts.get()]).toEqual([1, 1, 1]);
  await clock.advanceAsync(ms(4_000));
  await expect(part).resolves.toBe("menu");
  expect([asked, missed, missingParts.get()]).toEqual([3, 1, 0]);
});

it("gives up at once on a part that is broken", async () => {
  const broken = (): Promise<string> => Promise.reject(new TypeError("x is not a function"));
  await expect(loadPart(broken)).rejects.toThrow("x is not a function");
  expect(missingParts.get()).toBe(0);
});

import { expect, it } from "vitest";
import { seconds } from "#shared/base/units.ts";
import { CrashCounter } from "../../../electron/crashes.ts";

it("loads a page again unless it crashed three times within a minute", () => {
  const crashes = new CrashCounter();
  const loadedAgain = [0, 59, 61, 118, 119, 300].map((time) => crashes.crashed(seconds(time)));
  expect(loadedAgain).toEqual([true, true, true, false, false, true]);
});

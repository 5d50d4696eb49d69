import { expect, it } from "vitest";
import { pagePower, type BatteryManager } from "../../../../../renderer/adapters/lending/pagePower.ts";
import { untilValue } from "../../../../support/until.ts";

class FakeBattery extends EventTarget implements BatteryManager {
  charging = true;
  level = 0.505;

  change(charging: boolean, level: number): void {
    Object.assign(this, { charging, level });
    this.dispatchEvent(new Event("levelchange"));
  }
}

it("follows the battery, from when it is first asked", async () => {
  const battery = new FakeBattery();
  let asked = 0;
  const power = pagePower({ getBattery: () => Promise.resolve((asked++, battery)) });
  expect([asked, power.get(), power.get(), asked]).toEqual([0, undefined, undefined, 1]);
  await untilValue(power, (value) => value !== undefined);
  expect(power.get()).toEqual({ plugged: true, level: 51 });
  battery.change(false, 0.18);
  expect(power.get()).toEqual({ plugged: false, level: 18 });
});

it("knows nothing where the browser does not tell, or may not", async () => {
  expect(pagePower({}).get()).toBeUndefined();
  const power = pagePower({ getBattery: () => Promise.reject(new Error("not allowed")) });
  power.get();
  await Promise.resolve();
  expect(power.get()).toBeUndefined();
});

import { Value, type Readable } from "#shared/base/value.ts";
import type { Power } from "#shared/session/lending/power.ts";

/** As browsers have it that tell of a battery (Chromium, and with it the desktop app, where the page is secure). */
export interface BatteryManager extends Pick<EventTarget, "addEventListener"> {
  readonly charging: boolean;
  /** From 0 to 1. */
  readonly level: number;
}

export interface BatterySource {
  getBattery?(): Promise<BatteryManager>;
}

/** What this computer runs on, followed from when it is first asked; undefined where the browser does not tell. */
export function pagePower(navigator: BatterySource): Readable<Power | undefined> {
  const power = new Value<Power | undefined>(undefined);
  let asked = false;
  const ask = (): void => {
    if (asked) return;
    asked = true;
    void follow(navigator, power);
  };
  return {
    get: () => {
      ask();
      return power.get();
    },
    subscribe: (listener) => {
      ask();
      return power.subscribe(listener);
    },
  };
}

/** Never rejects. */
async function follow(navigator: BatterySource, power: Value<Power | undefined>): Promise<void> {
  try {
    const battery = await navigator.getBattery?.();
    if (battery === undefined) return;
    const look = (): void => power.set({ plugged: battery.charging, level: Math.round(battery.level * 100) });
    for (const event of ["chargingchange", "levelchange"]) battery.addEventListener(event, look);
    look();
  } catch {
    // A policy forbids it: then nothing is known, and nothing pauses.
  }
}

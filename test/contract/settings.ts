// The acceptance suite of ports/Settings.ts: for (const { name, run } of settingsCases(harness)) it(name, run);

import type { JsonValue } from "#shared/base/parse.ts";
import type { Settings } from "#shared/ports/Settings.ts";
import { casesAt, check, type ContractCase } from "./contractCase.ts";

export interface SettingsHarness {
  open(): Promise<SettingsPlace>;
}

/** One device without settings. `window()` opens the settings as one more window of it would; `close` ends that window. */
export interface SettingsPlace {
  window(): Settings;
  /** Whether values outlive a window. */
  readonly keeps: boolean;
  close(): Promise<void>;
}

type Body = (place: SettingsPlace) => Promise<void>;

const VALUES: readonly JsonValue[] = [true, 0, "", "text", null, [1, "two", null], { nested: { deeply: [false] } }];

/** Something another window does is heard within this many turns. */
const TURNS = 200;

async function eventually(condition: () => boolean, what: string): Promise<void> {
  for (let turn = 0; turn < TURNS && !condition(); turn++) await new Promise((resolve) => setTimeout(resolve, 5));
  check(condition(), what);
}

const bodies: Readonly<Record<string, Body>> = {
  "has no value for what was never set": (place) => {
    check(place.window().get("theme") === undefined, "undefined");
    return Promise.resolve();
  },
  "gives back every kind of JSON value at once": (place) => {
    const settings = place.window();
    for (const value of VALUES) {
      settings.set("key", value);
      check(JSON.stringify(settings.get("key")) === JSON.stringify(value), `${JSON.stringify(value)} comes back`);
    }
    return Promise.resolve();
  },
  "forgets a value set to undefined": (place) => {
    const settings = place.window();
    settings.set("key", 1);
    settings.set("key", undefined);
    check(settings.get("key") === undefined, "undefined again");
    return Promise.resolve();
  },
  "is not changed by what happens to a value after it was set": (place) => {
    const settings = place.window();
    const value = [1, 2];
    settings.set("key", value);
    value.push(3);
    check(JSON.stringify(settings.get("key")) === "[1,2]", "as it was set");
    return Promise.resolve();
  },
  "tells subscribers of their key and no other, until they end": (place) => {
    const settings = place.window();
    const heard: string[] = [];
    const dispose = settings.subscribe("theme", () => heard.push("theme"));
    settings.subscribe("name", () => heard.push("name"));
    settings.set("theme", "dark");
    settings.set("other", 1);
    settings.set("name", "Ana");
    dispose();
    dispose();
    settings.set("theme", "light");
    check(heard.join() === "theme,name", `heard ${heard.join()}`);
    return Promise.resolve();
  },
  "a subscriber that throws silences nobody": (place) => {
    const settings = place.window();
    let heard = 0;
    settings.subscribe("key", () => {
      throw new Error("planted");
    });
    settings.subscribe("key", () => heard++);
    settings.set("key", 1);
    check(heard === 1, "the other heard it");
    return Promise.resolve();
  },
  "keeps values for the next window": async (place) => {
    if (!place.keeps) return;
    place.window().set("name", "Ana");
    const next = place.window();
    await eventually(() => next.get("name") === "Ana", "the next window reads it");
  },
  "tells another window of a change": async (place) => {
    if (!place.keeps) return;
    const [here, there] = [place.window(), place.window()];
    there.get("theme");
    let heard = 0;
    there.subscribe("theme", () => heard++);
    here.set("theme", "dark");
    await eventually(() => heard === 1, "the other window heard it once");
    check(there.get("theme") === "dark", "and reads the new value");
    here.set("theme", undefined);
    await eventually(() => heard === 2, "and hears that it was forgotten");
    check(there.get("theme") === undefined, "and reads no value");
  },
};

export function settingsCases(harness: SettingsHarness): readonly ContractCase[] {
  return casesAt(() => harness.open(), bodies);
}

import { describe, expect, it } from "vitest";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { askToKeepStorage, readStorageState } from "../../../../../renderer/adapters/page/storagePersistence.ts";

describe("askToKeepStorage", () => {
  it("asks once per device, whatever the answer", async () => {
    const settings = new MemorySettings();
    let asked = 0;
    const storages = { persist: () => Promise.resolve(asked++ > 0) };
    await askToKeepStorage(settings, storages);
    await askToKeepStorage(settings, storages);
    expect(asked).toBe(1);
  });

  it("does nothing where the page may not ask, so that it can once it may", async () => {
    const settings = new MemorySettings();
    await askToKeepStorage(settings, undefined);
    let asked = 0;
    await askToKeepStorage(settings, { persist: () => Promise.resolve(asked++ > 0) });
    expect(asked).toBe(1);
  });
});

describe("readStorageState", () => {
  const storages = (usage: number, quota: number) => ({
    estimate: () => Promise.resolve({ usage, quota }),
    persisted: () => Promise.resolve(true),
  });

  it("says nearly full above four fifths", async () => {
    expect(await readStorageState(storages(800, 1000))).toEqual({
      used: 800,
      quota: 1000,
      nearlyFull: false,
      kept: true,
    });
    expect(await readStorageState(storages(801, 1000))).toMatchObject({ nearlyFull: true });
  });

  it("is undefined where the browser does not tell", async () => {
    expect(await readStorageState(undefined)).toBeUndefined();
    expect(await readStorageState({ estimate: () => Promise.reject(new TypeError("planted")) })).toBeUndefined();
  });
});

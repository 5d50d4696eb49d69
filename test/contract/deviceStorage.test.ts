import "fake-indexeddb/auto";
import { describe, it } from "vitest";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { LocalSettings, type SettingsWindow } from "../../renderer/adapters/LocalSettings.ts";
import {
  indexedDbBlobs,
  indexedDbCollectable,
  indexedDbLibrary,
  memoryBlobs,
  memoryCollectable,
  memoryLibrary,
} from "../support/deviceStorage.ts";
import { blobStoreCases } from "./blobStore.ts";
import { collectableBlobsCases } from "./collectableBlobs.ts";
import type { ContractCase } from "./contractCase.ts";
import { libraryStoreCases } from "./libraryStore.ts";
import { roomBlobs } from "./roomBlobHarness.ts";
import { settingsCases, type SettingsHarness } from "./settings.ts";

const memorySettings: SettingsHarness = {
  open: () => Promise.resolve({ window: () => new MemorySettings(), keeps: false, close: () => Promise.resolve() }),
};

/** Windows of one device: what one stores, the others are told of, as a browser does it. */
class FakeDevice {
  readonly values = new Map<string, string>();
  readonly windows: { readonly area: Storage; readonly tell: (event: StorageEvent) => void }[] = [];

  open(): SettingsWindow {
    const listeners = new Set<(event: StorageEvent) => void>();
    const change = (key: string): void => {
      for (const { area: other, tell } of this.windows) {
        // reason: these two fields are all that settings read of the event.
        if (other !== area) queueMicrotask(() => tell({ key, storageArea: other } as StorageEvent));
      }
    };
    const area = {
      getItem: (key: string) => this.values.get(key) ?? null,
      setItem: (key: string, value: string) => {
        this.values.set(key, value);
        change(key);
      },
      removeItem: (key: string) => {
        this.values.delete(key);
        change(key);
      },
    } as unknown as Storage;
    this.windows.push({ area, tell: (event) => listeners.forEach((listener) => listener(event)) });
    return { localStorage: area, addEventListener: (_, listener) => listeners.add(listener) };
  }
}

const localSettings: SettingsHarness = {
  open: () => {
    const device = new FakeDevice();
    const window = (): LocalSettings => new LocalSettings(device.open());
    return Promise.resolve({ window, keeps: true, close: () => Promise.resolve() });
  },
};

/** A browser with storage switched off: reading the property throws. */
const refusedSettings: SettingsHarness = {
  open: () => {
    const refusing: SettingsWindow = {
      get localStorage(): Storage {
        throw new DOMException("denied", "SecurityError");
      },
      addEventListener: () => undefined,
    };
    const window = (): LocalSettings => new LocalSettings(refusing);
    return Promise.resolve({ window, keeps: false, close: () => Promise.resolve() });
  },
};

const suites: Readonly<Record<string, readonly ContractCase[]>> = {
  "MemoryBlobStore keeps the contract of a BlobStore: it": blobStoreCases(memoryBlobs),
  "IndexedDbBlobStore keeps the contract of a BlobStore: it": blobStoreCases(indexedDbBlobs),
  "RoomBlobStore keeps the contract of a BlobStore: it": blobStoreCases(roomBlobs),
  "MemoryBlobStore keeps the contract of CollectableBlobs: it": collectableBlobsCases(memoryCollectable),
  "IndexedDbBlobStore keeps the contract of CollectableBlobs: it": collectableBlobsCases(indexedDbCollectable),
  "MemoryLibraryStore keeps the contract of a LibraryStore: it": libraryStoreCases(memoryLibrary),
  "IndexedDbLibraryStore keeps the contract of a LibraryStore: it": libraryStoreCases(indexedDbLibrary),
  "MemorySettings keep the contract of Settings:": settingsCases(memorySettings),
  "LocalSettings keep the contract of Settings:": settingsCases(localSettings),
  "LocalSettings without storage keep the contract of Settings:": settingsCases(refusedSettings),
};

for (const [suite, cases] of Object.entries(suites)) {
  describe(suite, () => {
    for (const { name, run } of cases) it(name, run);
  });
}

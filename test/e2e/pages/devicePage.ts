// What the device specs drive inside a page.

import { systemClock } from "#shared/adapters/systemClock.ts";
import { DeviceDatabase } from "../../../renderer/adapters/indexeddb/DeviceDatabase.ts";
import { BrowserHost } from "../../../renderer/adapters/BrowserHost.ts";
import { LocalSettings } from "../../../renderer/adapters/LocalSettings.ts";
import { openDeviceSigner, type DeviceSigner } from "../../../renderer/adapters/signer/openDeviceSigner.ts";
import { readStorageState } from "../../../renderer/adapters/page/storagePersistence.ts";
import { pageLockSurroundings, requestTabLock } from "../../../renderer/adapters/tabs/requestTabLock.ts";
import type { TabLock } from "../../../renderer/adapters/tabs/TabLock.ts";
import { blobStoreCases } from "../../contract/blobStore.ts";
import { collectableBlobsCases } from "../../contract/collectableBlobs.ts";
import { libraryStoreCases } from "../../contract/libraryStore.ts";
import { signerCases } from "../../contract/signer.ts";
import { indexedDbBlobs, indexedDbCollectable, indexedDbLibrary, newDevice } from "../../support/deviceStorage.ts";

// Missing on plain http pages, although the DOM types promise it.
const subtle: SubtleCrypto | undefined = crypto.subtle;
const openSigner = (): Promise<DeviceSigner> => openDeviceSigner(new DeviceDatabase(), subtle);
const newSigner = async () => (await openDeviceSigner(new DeviceDatabase(newDevice().name), subtle)).signer;

const suites = {
  blobs: blobStoreCases(indexedDbBlobs),
  collectable: collectableBlobsCases(indexedDbCollectable),
  library: libraryStoreCases(indexedDbLibrary),
  signer: signerCases(newSigner),
};
export type SuiteName = keyof typeof suites;

const deviceLab = {
  host: new BrowserHost(),
  settings: new LocalSettings(),
  heard: 0,
  lock: undefined as TabLock | undefined,

  /** What was untrue, by case. Empty if everything holds. */
  async runSuite(name: SuiteName): Promise<Record<string, string>> {
    const failures: Record<string, string> = {};
    for (const { name: promise, run } of suites[name])
      await run().catch((error: unknown) => (failures[promise] = String(error)));
    return failures;
  },

  caseCount: (name: SuiteName): number => suites[name].length,

  async device(): Promise<{ peer: string; keeping: string; signed: number[]; publicKey: number[] }> {
    const { signer, keeping } = await openSigner();
    const signed = await signer.sign(new TextEncoder().encode("from the page"));
    return { peer: signer.peer, keeping, signed: [...signed], publicKey: [...signer.publicKey] };
  },

  async verify(publicKey: readonly number[], signed: readonly number[]): Promise<boolean> {
    const { signer } = await openSigner();
    const message = new TextEncoder().encode("from the page");
    return signer.verify(Uint8Array.from(publicKey), message, Uint8Array.from(signed));
  },

  takeLock(): void {
    this.lock = requestTabLock("test", pageLockSurroundings(systemClock));
  },
  holdsLock(): boolean {
    return this.lock?.held.get() ?? false;
  },

  storageState: () => readStorageState(navigator.storage),
};

declare global {
  var deviceLab: DeviceLab;
}
type DeviceLab = typeof deviceLab;
globalThis.deviceLab = deviceLab;

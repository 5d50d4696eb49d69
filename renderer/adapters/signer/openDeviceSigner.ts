import type { Signer } from "#shared/ports/Signer.ts";
import { leaveToTransaction, type DeviceDatabase } from "../indexeddb/DeviceDatabase.ts";
import { createDeviceKey, createReadableKey, readDeviceKey, type DeviceKey } from "./deviceKey.ts";
import { WebSigner } from "./WebSigner.ts";

/** Name of the one key of this browser profile. */
const NAME = "device";

export interface DeviceSigner {
  readonly signer: Signer;
  /**
   * `guarded`: nobody can read the key out of this browser. `readable`: a script that ran in the page could.
   * `unsaved`: storage is refused, so this device will be another peer after a reload.
   */
  readonly keeping: "guarded" | "readable" | "unsaved";
  /** Stores the key again if there is none any more: who founded a notebook must not lose it with a cleared storage. Never rejects. */
  readonly keepAgain: () => Promise<void>;
}

/**
 * This browser profile's key: the one that is stored, or a new one that now is. All tabs get the same. Never rejects.
 * `subtle` is `crypto.subtle`, which is undefined on plain http pages.
 */
export async function openDeviceSigner(
  database: DeviceDatabase,
  subtle: SubtleCrypto | undefined,
): Promise<DeviceSigner> {
  try {
    const key = await storedKey(database, subtle);
    return { signer: new WebSigner(key, subtle), keeping: key.form, keepAgain: () => keepAgain(database, key, subtle) };
  } catch {
    const key = await createDeviceKey(subtle);
    return { signer: new WebSigner(key, subtle), keeping: "unsaved", keepAgain: () => Promise.resolve() };
  }
}

async function keepAgain(database: DeviceDatabase, key: DeviceKey, subtle: SubtleCrypto | undefined): Promise<void> {
  try {
    await keepOrAdopt(database, key, subtle);
  } catch {
    // Storage refuses: then documents are not saved either, which is said.
  }
}

async function storedKey(database: DeviceDatabase, subtle: SubtleCrypto | undefined): Promise<DeviceKey> {
  const found = await database.run((db) => db.get("keys", NAME));
  const known = readDeviceKey(found, subtle);
  if (known) return known;
  const created = await createDeviceKey(subtle);
  try {
    return await keepOrAdopt(database, created, subtle);
  } catch (error) {
    if (created.form === "readable") throw error;
    // Some browsers cannot put a CryptoKey into IndexedDB.
    return keepOrAdopt(database, await createReadableKey(), subtle);
  }
}

/** Stores the key unless another tab was faster: then its key is ours. */
function keepOrAdopt(
  database: DeviceDatabase,
  created: DeviceKey,
  subtle: SubtleCrypto | undefined,
): Promise<DeviceKey> {
  return database.run(async (db) => {
    const transaction = db.transaction("keys", "readwrite", { durability: "strict" });
    const theirs = readDeviceKey(await transaction.store.get(NAME), subtle);
    if (theirs === undefined) leaveToTransaction(transaction.store.put(created, NAME));
    await transaction.done;
    return theirs ?? created;
  });
}

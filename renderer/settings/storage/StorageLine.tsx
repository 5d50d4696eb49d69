import { useEffect, useState, type ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { readCollected } from "../../adapters/collector/lastCollected.ts";
import { readStorageState, type StorageState } from "../../adapters/page/storagePersistence.ts";
import { deletedInWords, storageInWords } from "./storageWords.ts";

/** How full the storage of this browser is, whether it is kept, and what was deleted there by itself. Nothing where the browser does not tell. */
export function StorageLine(): ReactElement | undefined {
  const { meshbook } = useServices();
  const state = useStorageState();
  if (state === undefined) return undefined;
  const deleted = readCollected(meshbook.settings)?.deleted;
  return (
    <p className={state.nearlyFull ? "storage-line storage-line--warn" : "storage-line"}>
      {storageInWords(state)}
      {deleted && ` ${deletedInWords(deleted)}`}
    </p>
  );
}

/** Read when first shown: it changes slowly, and asking costs the browser a walk through its files. */
export function useStorageState(): StorageState | undefined {
  const [state, setState] = useState<StorageState>();
  useEffect(() => {
    let gone = false;
    void readStorageState(navigator.storage).then((read) => {
      if (!gone) setState(read);
    });
    return () => {
      gone = true;
    };
  }, []);
  return state;
}

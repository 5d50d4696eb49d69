import { useEffect, useState, type ReactElement } from "react";
import { readStorageState, type StorageState } from "../../adapters/storagePersistence.ts";
import { storageInWords } from "./storageWords.ts";

/** How full the storage of this browser is, and whether it is kept. Nothing where the browser does not tell. */
export function StorageLine(): ReactElement | undefined {
  const state = useStorageState();
  if (state === undefined) return undefined;
  return (
    <p className={state.nearlyFull ? "storage-line storage-line--warn" : "storage-line"}>{storageInWords(state)}</p>
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

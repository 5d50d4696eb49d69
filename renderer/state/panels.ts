import { createStore, type StoreApi } from "zustand/vanilla";
import type { RoomId } from "#shared/base/ids.ts";

/** What lies over the page. One at a time. */
export type Panel =
  | "share"
  | "members"
  | "shortcuts"
  | "palette"
  | "name"
  | "meshbook-file"
  | "doctor"
  | "packages"
  | "history"
  | "cell-history"
  | "away"
  | "rename"
  | "variables"
  | "queue"
  | "dataflow";

export interface PanelsState {
  readonly open: Panel | undefined;
  /** The notebook that it is about, for panels that the library shows too. */
  readonly about: RoomId | undefined;
}
export type Panels = StoreApi<PanelsState>;

export function createPanels(): Panels {
  return createStore(() => ({ open: undefined, about: undefined }));
}

export const openPanel = (panels: Panels, open: Panel, about?: RoomId): void => panels.setState({ open, about });
export const closePanel = (panels: Panels): void => panels.setState({ open: undefined, about: undefined });

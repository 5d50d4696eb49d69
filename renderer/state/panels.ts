import { createStore, type StoreApi } from "zustand/vanilla";

/** What lies over the page. One at a time. */
export type Panel = "share" | "shortcuts" | "palette" | "name";

export interface PanelsState {
  readonly open: Panel | undefined;
}
export type Panels = StoreApi<PanelsState>;

export function createPanels(): Panels {
  return createStore(() => ({ open: undefined }));
}

export const openPanel = (panels: Panels, open: Panel): void => panels.setState({ open });
export const closePanel = (panels: Panels): void => panels.setState({ open: undefined });

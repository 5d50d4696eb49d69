import { createStore, type StoreApi } from "zustand/vanilla";
import type { Dispose } from "#shared/base/dispose.ts";
import { readOneOf } from "#shared/base/parse.ts";
import type { Settings } from "#shared/ports/Settings.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];

export interface ThemeState {
  readonly choice: ThemeChoice;
}
export type Theme = StoreApi<ThemeState>;

const SETTING = "theme";

/** The theme as set on this device, also when another window of it changes the setting. */
export function createTheme(settings: Settings): { theme: Theme; dispose: Dispose } {
  const read = (): ThemeChoice => readOneOf(settings.get(SETTING), THEMES) ?? "system";
  const theme = createStore<ThemeState>(() => ({ choice: read() }));
  const dispose = settings.subscribe(SETTING, () => theme.setState({ choice: read() }));
  return { theme, dispose };
}

export function chooseTheme(settings: Settings, theme: Theme, choice: ThemeChoice): void {
  settings.set(SETTING, choice);
  theme.setState({ choice });
}

/** Puts the choice on the page: the stylesheet does the rest. */
export function applyTheme(theme: Theme, root: HTMLElement): Dispose {
  const apply = (): void => {
    root.dataset["theme"] = theme.getState().choice;
  };
  apply();
  return theme.subscribe(apply);
}

import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import type { Meshbook } from "#shared/session/Meshbook.ts";
import { createCellClipboard, type CellClipboard } from "../state/cellClipboard.ts";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { createPanels, type Panels } from "../state/panels.ts";
import { applyTheme, createTheme, type Theme } from "../state/theme.ts";
import { createToasts, type Toasts } from "../state/toasts.ts";

/** What every part of the page may use: the application, and the page's own small stores, one per concern. */
export interface AppServices {
  readonly meshbook: Meshbook;
  readonly panels: Panels;
  readonly toasts: Toasts;
  readonly theme: Theme;
  readonly clipboard: CellClipboard;
  /** The installed app, where there is one. */
  readonly offline: OfflineApp | undefined;
}

export function composeApp(
  meshbook: Meshbook,
  root: HTMLElement,
  offline?: OfflineApp,
): { services: AppServices; dispose: Dispose } {
  const { theme, dispose } = createTheme(meshbook.settings);
  const services = {
    meshbook,
    theme,
    panels: createPanels(),
    toasts: createToasts(),
    clipboard: createCellClipboard(),
    offline,
  };
  const unapply = applyTheme(theme, root);
  return { services, dispose: () => disposeAll([dispose, unapply]) };
}

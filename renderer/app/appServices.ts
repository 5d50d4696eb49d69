import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import { Value } from "#shared/base/value.ts";
import type { Meshbook } from "#shared/session/Meshbook.ts";
import { createCellClipboard, type CellClipboard } from "../state/cellClipboard.ts";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { createPanels, type Panels } from "../state/panels.ts";
import { applyTheme, createTheme, type Theme } from "../state/theme.ts";
import { createToasts, type Toasts } from "../state/toasts.ts";
import type { Whereabouts } from "../state/whereabouts.ts";

/** What every part of the page may use: the application, and the page's own small stores, one per concern. */
export interface AppServices {
  readonly meshbook: Meshbook;
  readonly panels: Panels;
  readonly toasts: Toasts;
  readonly theme: Theme;
  readonly clipboard: CellClipboard;
  /** Taken by the page of the notebook that it is about. */
  readonly whereabouts: Value<Whereabouts | undefined>;
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
    whereabouts: new Value<Whereabouts | undefined>(undefined),
    offline,
  };
  const unapply = applyTheme(theme, root);
  return { services, dispose: () => disposeAll([dispose, unapply]) };
}

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import type { DesktopCommand } from "#shared/contracts/desktopApi.ts";
import type { Meshbook } from "#shared/session/Meshbook.ts";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "../ui/styles/overlays.css";
import "../peers/peers.css";
import { App } from "./App.tsx";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { composeApp } from "./appServices.ts";
import { followOffline } from "./followOffline.ts";
import { isInvitation, navigate } from "./routes.ts";
import { runDesktopCommand } from "./runDesktopCommand.ts";
import { showToast } from "../state/toasts.ts";

/** What only some surroundings have. */
export interface Surroundings {
  readonly offline?: OfflineApp;
  /** Hands over the commands of the desktop app, in order. */
  readonly onDesktopCommand?: (listener: (command: DesktopCommand) => void) => Dispose;
}

/** Shows the application in `element`. If the address is an invitation, follows it first. */
export async function mount(meshbook: Meshbook, element: HTMLElement, around: Surroundings = {}): Promise<Dispose> {
  const { services, dispose } = composeApp(meshbook, document.documentElement);
  if (isInvitation(location.hash)) {
    const result = await meshbook.followLink(location.href);
    // The secret must not stay in the address bar, where a projector shows it.
    if (result.ok && result.value !== undefined) navigate({ page: "notebook", room: result.value }, "replace");
    else navigate({ page: "library" }, "replace");
    if (!result.ok) showToast(services.toasts, result.error.message, { tone: "bad" });
  }
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  );
  const { offline, onDesktopCommand } = around;
  const disposes = [() => root.unmount(), dispose];
  if (offline !== undefined) disposes.push(followOffline(offline, services.toasts));
  if (onDesktopCommand !== undefined)
    disposes.push(onDesktopCommand((command) => runDesktopCommand(services, command)));
  return () => disposeAll(disposes);
}

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import type { DesktopCommand } from "#shared/contracts/page/desktopApi.ts";
import type { Meshbook } from "#shared/session/Meshbook.ts";
import "../ui/styles/base.css";
import "../ui/styles/controls.css";
import "../ui/styles/overlays.css";
import "../peers/peers.css";
import { App } from "./App.tsx";
import type { OfflineApp } from "../pwa/registerServiceWorker.ts";
import { composeApp, type AppServices } from "./appServices.ts";
import { followOffline } from "./followOffline.ts";
import { followParts } from "./followParts.ts";
import { navigate, takeInvitation } from "./routes.ts";
import { runDesktopCommand } from "./runDesktopCommand.ts";
import { showToast } from "../state/toasts.ts";

/** What only some surroundings have. */
export interface Surroundings {
  /** What `takeInvitation` took from the address; followed before anything is shown. */
  readonly invitation?: string | undefined;
  readonly offline?: OfflineApp;
  /** Hands over the commands of the desktop app, in order. */
  readonly onDesktopCommand?: (listener: (command: DesktopCommand) => void) => Dispose;
}

/** Shows the application in `element`, after following the invitation if there is one. */
export async function mount(meshbook: Meshbook, element: HTMLElement, around: Surroundings = {}): Promise<Dispose> {
  const { services, dispose } = composeApp(meshbook, document.documentElement, around.offline);
  if (around.invitation !== undefined) await follow(services, around.invitation);
  const root = createRoot(element);
  root.render(
    <StrictMode>
      <App services={services} />
    </StrictMode>,
  );
  const { offline, onDesktopCommand } = around;
  const disposes = [() => root.unmount(), dispose, followPasted(services), followParts(services)];
  if (offline !== undefined) disposes.push(followOffline(offline, services));
  if (onDesktopCommand !== undefined)
    disposes.push(onDesktopCommand((command) => runDesktopCommand(services, command)));
  return () => disposeAll(disposes);
}

async function follow({ meshbook, toasts }: AppServices, invitation: string): Promise<void> {
  const result = await meshbook.followLink(invitation);
  if (result.ok && result.value !== undefined) navigate({ page: "notebook", room: result.value }, "replace");
  else navigate({ page: "library" }, "replace");
  if (!result.ok) showToast(toasts, result.error.message, { tone: "bad" });
}

/** An invitation pasted over the address of the open page loads nothing: only what stands after # has changed. */
function followPasted(services: AppServices): Dispose {
  const look = (): void => {
    const invitation = takeInvitation();
    if (invitation !== undefined) void follow(services, invitation);
  };
  addEventListener("hashchange", look);
  return () => removeEventListener("hashchange", look);
}

import { startMeshbook } from "#shared/session/app/startMeshbook.ts";
import { nextTask } from "../adapters/nextTask.ts";
import { pageIdle } from "../adapters/pageIdle.ts";
import { registerServiceWorker } from "../pwa/registerServiceWorker.ts";
import { loadNotebook } from "./App.tsx";
import { composePage } from "./composePage.ts";
import { mount } from "./mount.tsx";
import { parseRoute, takeInvitation } from "./routes.ts";

// First: what comes may take a while, or fail.
const invitation = takeInvitation();
// Comes over the network while keys and the list of notebooks are read.
if (parseRoute(location.pathname).page === "notebook") loadNotebook().catch(() => undefined);
void start();

async function start(): Promise<void> {
  await nextTask();
  const ports = await composePage();
  await nextTask();
  const meshbook = startMeshbook(ports);
  ports.collectBlobs(() => meshbook.save());
  addEventListener("pagehide", () => meshbook.unload());
  // Back from the browser's memory of left pages: we have said goodbye to everybody, so begin anew. Everything is stored.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.reload();
  });
  const { desktop } = ports;
  // Missing on plain http pages, although the DOM types promise it; the desktop app is its own host.
  const container: ServiceWorkerContainer | undefined = desktop ? undefined : navigator.serviceWorker;
  const offline = registerServiceWorker({
    container,
    save: () => meshbook.save(),
    reload: () => location.reload(),
    when: pageIdle,
  });
  const element = document.getElementById("app");
  if (element === null) return;
  await nextTask();
  await mount(meshbook, element, {
    invitation,
    offline,
    ...(desktop && { onDesktopCommand: (listener) => desktop.onCommand(listener) }),
  });
}

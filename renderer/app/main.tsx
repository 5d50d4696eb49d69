import type { RoomId } from "#shared/base/ids.ts";
import type { Meshbook } from "#shared/session/Meshbook.ts";
import { startMeshbook } from "#shared/session/app/startMeshbook.ts";
import { openRoomEarly } from "../adapters/indexeddb/document/roomDatabase.ts";
import { nextTask } from "#shared/base/nextTask.ts";
import { pageIdle, pageWanted } from "../adapters/page/pageIdle.ts";
import { fetchParts } from "../pwa/fetchParts.ts";
import { registerServiceWorker } from "../pwa/registerServiceWorker.ts";
import { loadNotebook } from "./App.tsx";
import { composePage } from "./composePage.ts";
import { fetchTroubleParts } from "./fetchTroubleParts.ts";
import { mount } from "./mount.tsx";
import { parseRoute, takeInvitation } from "./routes.ts";

// First: what comes may take a while, or fail.
const invitation = takeInvitation();
const route = parseRoute(location.pathname);
// Come while keys and the list of notebooks are read.
if (route.page === "notebook") {
  openRoomEarly(route.room);
  loadNotebook().catch(() => undefined);
}
void start();

async function start(): Promise<void> {
  await nextTask();
  const ports = await composePage();
  await nextTask();
  const meshbook = startMeshbook(ports);
  if (invitation === undefined && route.page === "notebook") openMeanwhile(meshbook, route.room);
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
  // A class on a local network without HTTPS: what is opened only later must not need the host then.
  if (container === undefined && desktop === undefined) void pageIdle().then(() => fetchParts());
  void pageWanted().then(() => fetchTroubleParts());
  const element = document.getElementById("app");
  if (element === null) return;
  await nextTask();
  await mount(meshbook, element, {
    invitation,
    offline,
    ...(desktop && { onDesktopCommand: (listener) => desktop.onCommand(listener) }),
  });
}

/** Reads the notebook while the page is made, which finds it open; who keeps it open is the page. */
function openMeanwhile(meshbook: Meshbook, room: RoomId): void {
  meshbook.openNotebook(room).then(
    async (opened) => {
      await pageIdle();
      if (opened.ok) void opened.value.close();
    },
    // The page opens it too, and says why it cannot be opened.
    () => undefined,
  );
}

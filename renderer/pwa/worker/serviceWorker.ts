// Lets the app start without its host. The installed build is always served from here, never from the network, so that a
// page is one build, whole, and bad Wi-Fi cannot delay it. A new build is fetched beside it, and takes over when the user
// says so or when no tab is open any more: nobody's page changes under their hands.

import { APP_HEADERS, RUNNER_HEADERS, type HeaderSet } from "#shared/contracts/host/pageHeaders.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import { TAKE_OVER } from "#shared/contracts/page/serviceWorker.ts";
import { BUILT_FILES, offlineRule } from "./offlineRules.ts";
import { Precache, type BuildFiles } from "./Precache.ts";

declare const MESHBOOK_BUILD: BuildFiles;
// reason: this file runs in no other scope; the library of types knows `self` only as a worker of any kind.
const worker = self as unknown as ServiceWorkerGlobalScope;

const precache = new Precache(MESHBOOK_BUILD, worker.caches);
const files: ReadonlySet<string> = new Set(MESHBOOK_BUILD.files);

worker.addEventListener("install", (event) => {
  event.waitUntil(precache.install());
  if (isRouting(event)) event.waitUntil(event.addRoutes(STORED_FIRST));
});
worker.addEventListener("activate", (event) => event.waitUntil(activate()));
worker.addEventListener("message", (event) => {
  if (event.data === TAKE_OVER) event.waitUntil(worker.skipWaiting());
});
worker.addEventListener("fetch", (event) => {
  const rule = offlineRule(event.request, worker.location.origin, files);
  if (rule === "app") event.respondWith(page("/", event.request, APP_HEADERS));
  else if (rule === "notebook") event.respondWith(page("/notebook.html", event.request, APP_HEADERS));
  else if (rule === "runner") event.respondWith(page(RUNNER_PATH, event.request, RUNNER_HEADERS));
  else if (rule === "later") event.respondWith(precache.findLater(new URL(event.request.url).pathname));
  else if (rule === "file") event.respondWith(file(event.request));
});

/** https://w3c.github.io/ServiceWorker/#service-worker-static-router, which the types do not know yet. */
interface RoutingEvent extends ExtendableEvent {
  addRoutes(rules: readonly object[]): Promise<void>;
}

/**
 * The browser itself finds stored files of the build, which saves a start the 100 ms and more in which each of them
 * waited for this worker. Names with hashes may be of any build; what is not stored goes to the network.
 */
const STORED_FIRST = [{ condition: { urlPattern: { pathname: BUILT_FILES } }, source: "cache" }];

function isRouting(event: ExtendableEvent): event is RoutingEvent {
  return "addRoutes" in event;
}

async function activate(): Promise<void> {
  await precache.tidy();
  // The first page, which was there before us, gets its frames from us from now on.
  await worker.clients.claim();
}

/** A document of the build with the headers that make it safe, whatever the host sent when it was fetched. */
async function page(path: string, request: Request, headers: HeaderSet): Promise<Response> {
  const found = await precache.find(path);
  // Storage was cleared under us: as if we were not there.
  if (found === undefined) return fetch(request);
  return new Response(found.body, { headers: { ...headers, "Content-Type": "text/html; charset=utf-8" } });
}

async function file(request: Request): Promise<Response> {
  return (await precache.find(new URL(request.url).pathname)) ?? fetch(request);
}

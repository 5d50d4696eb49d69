import { useSyncExternalStore } from "react";
import type { Dispose } from "#shared/base/dispose.ts";
import { RoomId } from "#shared/base/ids.ts";

export type Route = { readonly page: "library" } | { readonly page: "notebook"; readonly room: RoomId };

/** The page an address stands for. Everything unknown is the library, which is never a dead end. */
export function parseRoute(path: string): Route {
  const room = RoomId.parse(/^\/n\/([^/]+)\/?$/.exec(path)?.[1]);
  return room === undefined ? { page: "library" } : { page: "notebook", room };
}

export function routePath(route: Route): string {
  return route.page === "library" ? "/" : `/n/${route.room}`;
}

/** Popstate is sent by the browser for Back only, so that going somewhere sends it too. */
export function navigate(route: Route, how: "push" | "replace" = "push"): void {
  if (how === "push") history.pushState(undefined, "", routePath(route));
  else history.replaceState(undefined, "", routePath(route));
  dispatchEvent(new PopStateEvent("popstate"));
}

export function useRoutePath(): string {
  return useSyncExternalStore(onNavigate, () => location.pathname);
}

/**
 * The invitation that this page was opened with (see shared/rooms/roomLink.ts). Taken out of the address, and so of the
 * history: a projector shows the one, the next user of the computer looks through the other.
 */
export function takeInvitation(): string | undefined {
  const { hash, href, pathname } = location;
  if (!isInvitation(hash)) return undefined;
  history.replaceState(undefined, "", pathname);
  return href;
}

const isInvitation = (hash: string): boolean => hash.startsWith("#k=") || hash.startsWith("#c=");

function onNavigate(listener: () => void): Dispose {
  addEventListener("popstate", listener);
  return () => removeEventListener("popstate", listener);
}

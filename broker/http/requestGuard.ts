// Two checks on every request. The Host header must name this computer: a page on the internet that rebinds its own name
// to our address (DNS rebinding) still sends its own name. The Origin of a WebSocket or an upload must be our page.

import type { IncomingMessage } from "node:http";
import { DESKTOP_ORIGIN } from "#shared/contracts/host/pageHeaders.ts";
import { isLoopback } from "./hostNames.ts";

/** The name in a Host header, lower case, without port and brackets; undefined if there is none to be read. */
export function hostNameOf(header: string | undefined): string | undefined {
  if (header === undefined || !/^[A-Za-z0-9.\-[\]:]+$/.test(header)) return undefined;
  try {
    return new URL(`http://${header}`).hostname.replace(/^\[|\]$/g, "").toLowerCase();
  } catch {
    return undefined;
  }
}

export function isHostAllowed(header: string | undefined, ownNames: () => ReadonlySet<string>): boolean {
  const name = hostNameOf(header);
  return name !== undefined && (isLoopback(name) || ownNames().has(name));
}

/**
 * A request without an Origin does not come from a page. One with an Origin must come from the page that this host
 * served, which has the host's own name and port in it, or from the desktop app.
 */
export function isOriginAllowed(origin: string | undefined, hostHeader: string | undefined): boolean {
  if (origin === undefined || origin === DESKTOP_ORIGIN) return true;
  try {
    const { protocol, host } = new URL(origin);
    return (protocol === "http:" || protocol === "https:") && host === hostHeader?.toLowerCase();
  } catch {
    return false;
  }
}

/** The address asked for; its host part means nothing. Undefined if it is malformed or not a path. */
export function requestUrl({ url = "" }: IncomingMessage): URL | undefined {
  try {
    return url.startsWith("/") ? new URL(`http://host${url}`) : undefined;
  } catch {
    return undefined;
  }
}

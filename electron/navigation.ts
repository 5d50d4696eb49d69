import { DESKTOP_RUNNER_ORIGIN } from "#shared/contracts/page/desktopApi.ts";
import { DESKTOP_ORIGIN } from "#shared/contracts/host/pageHeaders.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import { isOwnAddress } from "./security.ts";

export interface Navigation {
  readonly url: string;
  readonly isMainFrame: boolean;
}

/** `outside` carries the address to give to the system's browser or mail program; the window stays where it is. */
export type NavigationDecision =
  | { readonly type: "allow" }
  | { readonly type: "deny" }
  | { readonly type: "outside"; readonly url: string };

const ALLOW = { type: "allow" } as const;
const DENY = { type: "deny" } as const;

/** Longest address given to the system: Windows takes no longer one. */
const URL_LIMIT = 2000;
/** Header fields a `mailto:` link may fill in. Others attach files or hide receivers in some mail programs. */
const MAIL_FIELDS: readonly string[] = ["subject", "body", "cc"];

/**
 * Decides where a frame may go. The page stays in the app. Its frames hold the runner and outputs, which the page
 * itself made; they may go nowhere, not even outside, because an address can carry away what a cell has read.
 */
export function decideNavigation({ url, isMainFrame }: Navigation): NavigationDecision {
  if (!isMainFrame) return isFrameDocument(url) ? ALLOW : DENY;
  return isOwnAddress(url) ? ALLOW : decideWindow(url);
}

/** Decides about `window.open` and links with a target: there are no new windows, only the system's browser. */
export function decideWindow(url: string): NavigationDecision {
  const outside = outsideUrl(url);
  return outside === undefined ? DENY : { type: "outside", url: outside };
}

/** What the page's own policy (`frame-src`) lets it put into frames. `blob:` only of the page: others are outputs'. */
function isFrameDocument(url: string): boolean {
  if (url === "about:blank" || url === "about:srcdoc") return true;
  if (url === `${DESKTOP_RUNNER_ORIGIN}${RUNNER_PATH}`) return true;
  return url.startsWith("data:") || url.startsWith(`blob:${DESKTOP_ORIGIN}/`);
}

/**
 * The address to open outside the app, as the parser wrote it; undefined if it may not be opened. Schemes other than
 * these start programs with arguments of the link's choosing.
 */
export function outsideUrl(address: string): string | undefined {
  if (address.length > URL_LIMIT) return undefined;
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    return undefined;
  }
  const allowed = url.protocol === "https:" ? isPlainWebAddress(url) : url.protocol === "mailto:" && isPlainMail(url);
  return allowed && url.href.length <= URL_LIMIT ? url.href : undefined;
}

/** `https://bank.example@evil.example/` shows one host and opens another. */
function isPlainWebAddress(url: URL): boolean {
  return url.hostname !== "" && url.username === "" && url.password === "";
}

function isPlainMail(url: URL): boolean {
  return [...url.searchParams.keys()].every((field) => MAIL_FIELDS.includes(field.toLowerCase()));
}

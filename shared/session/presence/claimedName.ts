import type { Identity } from "../views.ts";

/** Said of a name that anybody with the link could show. */
export const NOT_VERIFIED = "not verified";

export const claimedName = (name: string): string => `${name} (${NOT_VERIFIED})`;

/** A name with a word where nothing proves it, or nothing yet. */
export const nameShown = (name: string, identity: Identity): string =>
  identity === "proven" ? name : claimedName(name);

import type { Check } from "./check.ts";

/**
 * Whether the app starts without its host. `desktop`: it brings its own files. `impossible`: the page is not secure, or
 * the browser refuses. `not-yet`: it is being installed. `installed`, or `update-waiting` with a newer build beside.
 */
export type OfflineStartFacts = "desktop" | "impossible" | "not-yet" | "installed" | "update-waiting";

export function judgeOfflineStart(facts: OfflineStartFacts): Check {
  const id = "offline-start";
  switch (facts) {
    case "desktop":
      return { id, state: "ok", found: "The desktop app starts without any network." };
    case "installed":
      return { id, state: "ok", found: "This page starts without the network and without the class host." };
    case "update-waiting":
      return {
        id,
        state: "ok",
        found: "This page starts without the network. A newer Meshbook is used from the next start.",
      };
    case "not-yet":
      return {
        id,
        state: "warning",
        found: "This page is not stored for starting without the network yet.",
        advice: "Leave it open for a moment while the class host can be reached, then load it again.",
      };
    case "impossible":
      return {
        id,
        state: "warning",
        found: "This browser cannot start the page without its host. What you wrote is kept all the same.",
        advice: "Use the host's https link (start it with --tls), not a private window; or the desktop app.",
      };
  }
}

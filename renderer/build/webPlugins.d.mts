import type { Plugin } from "vite";

/** Completes a build: the runner frame, then the service worker, which must know all files. */
export function completeBuild(): Plugin;
/** Prints the sizes of the first load and of all when MESHBOOK_SIZES is set. */
export function printSizes(): Plugin;
/** Lets the style sheet come before the programs. */
export function paintFirst(): Plugin;
/** Writes the page for notebooks, which loads their parts beside the library's. */
export function preloadNotebook(): Plugin;

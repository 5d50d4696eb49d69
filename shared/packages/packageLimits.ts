import { mib, seconds, type Bytes, type Milliseconds } from "../base/units.ts";

// What one import may load: enough for the largest libraries in use, and too little to fill a disk or to keep a page busy.

/** Files of one package with all it needs; what is bundled by its server is one. */
export const MODULE_FILES = 1_000;
export const MODULE_SIZE: Bytes = mib(8);
/** All files together. */
export const GRAPH_SIZE: Bytes = mib(32);
/** Imports from the first file to the last one. */
export const MODULE_DEPTH = 60;
/** From the first request to the last answer, with the user's leave given. */
export const LOAD_TIME: Milliseconds = seconds(60);
/** Requests at the same time: as many as browsers make to one server. */
export const REQUESTS_AT_ONCE = 6;
/** Different imports that one run has loaded. */
export const IMPORTS_PER_RUN = 100;

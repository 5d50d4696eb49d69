// Between the page and its service worker.

/** Where the worker's script is: at the top, so that it serves every path. */
export const SERVICE_WORKER_PATH = "/sw.js";

/** Page → waiting worker: the user accepted the update, take over from the old build. The whole message. */
export const TAKE_OVER = "meshbook-take-over";

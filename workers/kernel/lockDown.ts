/**
 * What a worker can reach that a cell has no use for. The frame's opaque origin and its policy close all of it already;
 * this is the second wall. `postMessage`, `close` and `onmessage` talk to the frame behind the kernel's back.
 */
const CLOSED = [
  "indexedDB",
  "caches",
  "cookieStore",
  "BroadcastChannel",
  "SharedWorker",
  "importScripts",
  "postMessage",
  "onmessage",
  "close",
  "webkitRequestFileSystem",
  "webkitRequestFileSystemSync",
  "webkitResolveLocalFileSystemURL",
  "webkitResolveLocalFileSystemSyncURL",
];
const CLOSED_OF_NAVIGATOR = ["locks", "storage", "serviceWorker", "permissions", "gpu", "usb", "hid", "serial"];

/** Deletes them from the global object, before the first cell. */
export function lockDown(): void {
  for (const name of CLOSED) remove(globalThis, name);
  for (const name of CLOSED_OF_NAVIGATOR) remove(navigator, name);
}

/** Deletes a property wherever on the chain of prototypes it stands. */
function remove(from: object, name: string): void {
  // reason: prototypes have no better type; only `delete` is done with them.
  for (let at = from as object | null; at !== null; at = Object.getPrototypeOf(at) as object | null) {
    Reflect.deleteProperty(at, name);
  }
}

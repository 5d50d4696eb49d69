import type { BlobRequest } from "#shared/adapters/blobs/blobRequest.ts";

/** `fetch` for blobs. Nothing is kept in the browser's cache: what is wanted again lies in the device's own store. */
export const webBlobRequest: BlobRequest = (url, { method, body, signal }) =>
  fetch(url, {
    method,
    signal,
    credentials: "omit",
    redirect: "error",
    cache: "no-store",
    // A page hands over a blob sooner than its bytes, of which the browser makes a copy while the page waits.
    ...(body ? { body: new Blob([body.slice()]) } : {}),
  });

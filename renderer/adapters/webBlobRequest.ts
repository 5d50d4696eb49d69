import type { BlobRequest } from "#shared/adapters/blobs/blobRequest.ts";

/** `fetch` for blobs. Nothing is kept in the browser's cache: what is wanted again lies in the device's own store. */
export const webBlobRequest: BlobRequest = (url, { method, body, signal }) =>
  fetch(url, {
    method,
    signal,
    credentials: "omit",
    redirect: "error",
    cache: "no-store",
    ...(body ? { body: body.slice() } : {}),
  });

import { seconds, type Bytes, type Milliseconds } from "../../base/units.ts";
import type { Clock } from "../../ports/Clock.ts";

/** The largest blob over a school network that still moves: above this, the other side is taken to be gone. */
const REQUEST_LIMIT: Milliseconds = seconds(120);

/** `fetch`, as far as blobs need it. Rejects when there was no answer. Must send no credentials and follow no redirect. */
export type BlobRequest = (
  url: string,
  init: { readonly method: BlobMethod; readonly body?: Uint8Array; readonly signal: AbortSignal },
) => Promise<BlobResponse>;

export type BlobMethod = "GET" | "HEAD" | "PUT";

export interface BlobResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  arrayBuffer(): Promise<ArrayBuffer>;
}

export interface BlobAnswer {
  readonly status: number;
  /** Of a GET that was answered with 200; undefined if it is larger than `limit`. */
  readonly body: Uint8Array | undefined;
}

interface BlobAsk {
  readonly method: BlobMethod;
  readonly body?: Uint8Array;
  /** Largest body to read. */
  readonly limit?: Bytes;
  readonly signal?: AbortSignal;
}

/** One request that ends in time. Rejects when there was no answer. */
export async function timedRequest(
  request: BlobRequest,
  clock: Clock,
  url: string,
  { method, body, limit, signal }: BlobAsk,
): Promise<BlobAnswer> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const dispose = clock.after(REQUEST_LIMIT, stop);
  signal?.addEventListener("abort", stop, { once: true });
  try {
    const response = await request(url, { method, signal: abort.signal, ...(body ? { body } : {}) });
    const wanted = method === "GET" && response.status === 200 && limit !== undefined;
    return { status: response.status, body: wanted ? await readBody(response, limit) : undefined };
  } finally {
    dispose();
    signal?.removeEventListener("abort", stop);
  }
}

async function readBody(response: BlobResponse, limit: Bytes): Promise<Uint8Array | undefined> {
  if (Number(response.headers.get("content-length") ?? 0) > limit) return undefined;
  const body = new Uint8Array(await response.arrayBuffer());
  return body.byteLength <= limit ? body : undefined;
}

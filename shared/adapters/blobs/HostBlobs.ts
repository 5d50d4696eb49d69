// Blobs of one room at its class host. A blind host is given them sealed, and under names that tell nothing; whether it is
// blind must be known before anything is asked.

import { hashAside } from "../../base/hash.ts";
import type { ContentHash, RoomId } from "../../base/ids.ts";
import { BLOBS_PATH, SEALED_BLOBS_PATH } from "../../contracts/host/hubProtocol.ts";
import type { HubMode } from "../../contracts/host/sealedHub.ts";
import { BLOB_LIMIT } from "../../ports/BlobStore.ts";
import type { Clock } from "../../ports/Clock.ts";
import { bytes } from "../../base/units.ts";
import { ROOM_SEAL_OVERHEAD, type RoomSealer } from "../../rooms/RoomSealer.ts";
import { timedRequest, type BlobRequest } from "./blobRequest.ts";

export interface BlobSealing {
  readonly sealer: RoomSealer;
  /** What the host does. Rejects, or says `unknown`, while it cannot be reached. */
  readonly mode: () => Promise<HubMode>;
}

export interface HostBlobsOptions {
  readonly room: RoomId;
  /** Origin of the room's class host: `http://192.168.1.5:8720`. */
  readonly base: string;
  readonly request: BlobRequest;
  readonly clock: Clock;
  /** Undefined where hosts are never blind. */
  readonly sealing?: BlobSealing | undefined;
}

export class HostBlobs {
  readonly #options: HostBlobsOptions;

  constructor(options: HostBlobsOptions) {
    this.#options = options;
  }

  /** Whether the host has it. Rejects when there was no answer. */
  async has(hash: ContentHash, signal?: AbortSignal): Promise<boolean> {
    const { request, clock } = this.#options;
    const { url } = await this.#place(hash);
    const answer = await timedRequest(request, clock, url, { method: "HEAD", ...(signal ? { signal } : {}) });
    return answer.status === 200;
  }

  /** Undefined if the host does not have it, or what it has is something else. Rejects when there was no answer. */
  async get(hash: ContentHash): Promise<Uint8Array | undefined> {
    const { request, clock } = this.#options;
    const { url, sealer } = await this.#place(hash);
    const limit = bytes(BLOB_LIMIT + (sealer === undefined ? 0 : ROOM_SEAL_OVERHEAD));
    const { status, body } = await timedRequest(request, clock, url, { method: "GET", limit });
    const content = status !== 200 || body === undefined || sealer === undefined ? body : sealer.open("blob", body);
    if (status !== 200 || content === undefined) return undefined;
    return (await hashAside(content)) === hash ? content : undefined;
  }

  /** Gives it to the host; the status of its answer. Rejects when there was none. */
  async put(hash: ContentHash, content: Uint8Array, signal: AbortSignal): Promise<number> {
    const { request, clock } = this.#options;
    const { url, sealer } = await this.#place(hash);
    const body = sealer === undefined ? content : sealer.seal("blob", content);
    return (await timedRequest(request, clock, url, { method: "PUT", body, signal })).status;
  }

  async #place(hash: ContentHash): Promise<{ readonly url: string; readonly sealer: RoomSealer | undefined }> {
    const { base, room, sealing } = this.#options;
    const mode = sealing === undefined ? "plain" : await sealing.mode();
    if (mode === "unknown") throw new Error("it is not known yet whether the host is blind");
    if (sealing === undefined || mode === "plain") {
      return { url: `${base}${BLOBS_PATH}${room}/${hash}`, sealer: undefined };
    }
    const { sealer } = sealing;
    return { url: `${base}${SEALED_BLOBS_PATH}${room}/${sealer.blobName(hash)}`, sealer };
  }
}

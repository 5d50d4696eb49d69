// `/blobs/<roomId>/<sha-256>`: whoever knows a room's id, which cannot be guessed, may read and add its blobs.

import type { IncomingMessage, ServerResponse } from "node:http";
import { ContentHash, RoomId } from "#shared/base/ids.ts";
import { BLOBS_PATH, SEALED_BLOBS_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { BLOB_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";
import { ROOM_SEAL_OVERHEAD } from "#shared/rooms/RoomSealer.ts";
import type { BlobFiles, PutOutcome } from "../../blobs/BlobFiles.ts";
import { sendText } from "../sendText.ts";

/** A name that is a hash of the content never changes its content. */
const CACHE_FOR_EVER = "private, max-age=31536000, immutable";
/** Uploads at a time; a page tries again. Each holds one file and one socket. */
const UPLOADS_LIMIT = 64;

const STATUS: Readonly<Record<PutOutcome, number>> = {
  created: 201,
  known: 200,
  "wrong-hash": 422,
  "too-large": 413,
  "disk-full": 507,
  "broken-off": 400,
};

interface BlobName {
  readonly room: RoomId;
  readonly hash: ContentHash;
}

export class BlobRoute {
  readonly #files: BlobFiles;
  readonly #path: string;
  readonly #blind: boolean;
  #uploads = 0;

  /** `blind`: only sealed blobs are kept, under an address of their own, so that none is sent here in clear by mistake. */
  constructor(files: BlobFiles, blind = false) {
    this.#files = files;
    this.#blind = blind;
    this.#path = blind ? SEALED_BLOBS_PATH : BLOBS_PATH;
  }

  async handle(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!path.startsWith(this.#path)) {
      const kind = this.#blind ? "is blind: it takes only sealed blobs" : "is not blind: it takes no sealed blobs";
      response.once("finish", () => request.resume());
      sendText(response, 403, `this class host ${kind}`);
      return;
    }
    const name = parseName(path.slice(this.#path.length));
    if (name === undefined) {
      sendText(response, 404, "no such blob");
      return;
    }
    switch (request.method) {
      case "GET":
      case "HEAD":
        return this.#get(name, request, response);
      case "PUT":
        return this.#put(name, request, response);
      default:
        response.setHeader("Allow", "GET, HEAD, PUT");
        {
          sendText(response, 405, "only GET, HEAD and PUT");
          return;
        }
    }
  }

  async #get({ room, hash }: BlobName, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const size = await this.#files.size(room, hash);
    if (size === undefined) {
      sendText(response, 404, "no such blob");
      return;
    }
    const headers = { ...BLOB_HEADERS, "Cache-Control": CACHE_FOR_EVER, ETag: `"${hash}"` };
    if (request.headers["if-none-match"] === headers.ETag) {
      response.writeHead(304, headers).end();
      return;
    }
    response.writeHead(200, { ...headers, "Content-Length": size });
    if (request.method === "HEAD") {
      response.end();
      return;
    }
    const content = this.#files.read(room, hash);
    // The status is gone already: breaking the connection off is the only way left to say that it is not whole.
    content.on("error", () => response.destroy());
    response.on("close", () => content.destroy());
    content.pipe(response);
  }

  async #put({ room, hash }: BlobName, request: IncomingMessage, response: ServerResponse): Promise<void> {
    // What is not read is thrown away, so that the answer reaches a client that is still sending.
    response.once("finish", () => request.resume());
    const limit = this.#blind ? BLOB_LIMIT + ROOM_SEAL_OVERHEAD : BLOB_LIMIT;
    if (Number(request.headers["content-length"] ?? 0) > limit) {
      sendText(response, 413, "too large");
      return;
    }
    if (this.#uploads >= UPLOADS_LIMIT) {
      response.setHeader("Retry-After", "1");
      sendText(response, 503, "too many uploads at a time");
      return;
    }
    this.#uploads += 1;
    try {
      const outcome = await this.#files.put(room, hash, request);
      sendText(response, STATUS[outcome], outcome);
    } finally {
      this.#uploads -= 1;
    }
  }
}

function parseName(path: string): BlobName | undefined {
  const [roomPart, hashPart, ...more] = path.split("/");
  const room = RoomId.parse(roomPart);
  const hash = ContentHash.parse(hashPart);
  return room !== undefined && hash !== undefined && more.length === 0 ? { room, hash } : undefined;
}

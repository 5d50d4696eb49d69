// What a `.meshbook` file says of itself, as JSON, so that any tool can show it.

import { fromBase64url, toBase64url } from "../base/base64url.ts";
import { RoomId } from "../base/ids.ts";
import { isRecord, readInteger, readNumber, readString } from "../base/parse.ts";
import { unixMs, type UnixMs } from "../base/units.ts";
import { TITLE_LIMIT } from "../notebook/readNotebook.ts";
import { asRoomSecret, ROOM_SECRET_BYTES, type RoomSecret } from "../rooms/roomKeys.ts";

/** With what the reader can join the notebook over a network. In a file only where whoever made it said so. */
export interface FileKey {
  readonly secret: RoomSecret;
  /** Origin of the class host the notebook is shared through, if it is. */
  readonly host: string | undefined;
}

export interface Manifest {
  /** The notebook: files of one room merge, and of two rooms never. */
  readonly room: RoomId;
  readonly title: string;
  /** When the file was made, by the clock of whoever made it. For people only. */
  readonly made: UnixMs;
  readonly minReader: number;
  /** `documentDigest` of the document inside. */
  readonly digest: string;
  /** Referenced outputs and files that are not inside: too large together, or not to be had when it was made. */
  readonly leftOut: number;
  readonly key: FileKey | undefined;
}

const DIGEST_LIMIT = 64;
const HOST_LIMIT = 300;
const LATEST_TIME = 8_640_000_000_000_000;

export function encodeManifest({ key, ...plain }: Manifest): Uint8Array {
  const { secret, host } = key ?? {};
  const shown = { ...plain, ...(secret && { key: toBase64url(secret) }), ...(host !== undefined && { host }) };
  return new TextEncoder().encode(JSON.stringify(shown));
}

/** Undefined for what is no manifest. Unknown keys are ignored. */
export function decodeManifest(content: Uint8Array): Manifest | undefined {
  const value = parseJson(content);
  if (!isRecord(value)) return undefined;
  const room = RoomId.parse(value["room"]);
  const made = readNumber(value["made"], 0, LATEST_TIME);
  const minReader = readInteger(value["minReader"], 0, Number.MAX_SAFE_INTEGER);
  const digest = readString(value["digest"], DIGEST_LIMIT);
  const leftOut = readInteger(value["leftOut"], 0, Number.MAX_SAFE_INTEGER);
  if (room === undefined || made === undefined || minReader === undefined || digest === undefined) return undefined;
  if (leftOut === undefined) return undefined;
  const title = readString(value["title"], TITLE_LIMIT) ?? "";
  return { room, title, made: unixMs(made), minReader, digest, leftOut, key: readKey(value) };
}

function readKey({ key, host }: Record<string, unknown>): FileKey | undefined {
  const secret = typeof key === "string" ? fromBase64url(key) : undefined;
  if (secret?.length !== ROOM_SECRET_BYTES) return undefined;
  return { secret: asRoomSecret(secret), host: readHost(host) };
}

function readHost(value: unknown): string | undefined {
  const text = readString(value, HOST_LIMIT);
  return text !== undefined && /^https?:\/\/[^/?#@]+$/.test(text) ? text : undefined;
}

function parseJson(content: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(content));
  } catch {
    return undefined;
  }
}

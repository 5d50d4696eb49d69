// The document of a class room: which notebooks the class has. Whoever is in the class can open each of them, so the
// directory carries their secrets; it never leaves the class.

import type * as Y from "yjs";
import { fromBase64url, toBase64url } from "../base/base64url.ts";
import { RoomId } from "../base/ids.ts";
import { isRecord, readString } from "../base/parse.ts";
import { asRoomSecret, ROOM_SECRET_BYTES, type RoomSecret } from "./roomKeys.ts";

/** One notebook of the class. */
export interface DirectoryEntry {
  readonly room: RoomId;
  readonly secret: RoomSecret;
  /** Title as last told by somebody who had it open; the notebook's own title is the truth. */
  readonly title: string;
}

/** More notebooks than this are not listed: a directory that large was not made by people. */
export const DIRECTORY_LIMIT = 5_000;
const TITLE_LIMIT = 200;
const DIRECTORY = { by: "user" } as const;

const entries = (doc: Y.Doc): Y.Map<unknown> => doc.getMap("notebooks");

/** The notebooks of the class that can be read, by room. */
export function readDirectory(doc: Y.Doc): ReadonlyMap<RoomId, DirectoryEntry> {
  const read = new Map<RoomId, DirectoryEntry>();
  for (const [key, value] of entries(doc)) {
    const entry = parseEntry(key, value);
    if (entry !== undefined) read.set(entry.room, entry);
    if (read.size >= DIRECTORY_LIMIT) break;
  }
  return read;
}

/** Adds a notebook, or tells its new title. One value per notebook, replaced whole. */
export function putInDirectory(doc: Y.Doc, entry: DirectoryEntry): void {
  doc.transact(
    () => entries(doc).set(entry.room, { secret: toBase64url(entry.secret), title: entry.title.slice(0, TITLE_LIMIT) }),
    DIRECTORY,
  );
}

/** Takes a notebook off the list: it has another room, which not everybody in the class may know. */
export function removeFromDirectory(doc: Y.Doc, room: RoomId): void {
  doc.transact(() => entries(doc).delete(room), DIRECTORY);
}

export function observeDirectory(doc: Y.Doc, listener: () => void): () => void {
  entries(doc).observe(listener);
  return () => entries(doc).unobserve(listener);
}

function parseEntry(key: string, value: unknown): DirectoryEntry | undefined {
  const room = RoomId.parse(key);
  if (room === undefined || !isRecord(value)) return undefined;
  const secret = fromBase64url(readString(value["secret"], 64) ?? "");
  if (secret?.length !== ROOM_SECRET_BYTES) return undefined;
  return { room, secret: asRoomSecret(secret), title: readString(value["title"], TITLE_LIMIT) ?? "" };
}

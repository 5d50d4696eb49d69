// The class itself: its room and secret, made at the first start and kept, so that an invitation stays good.

import { open, readFile, rename } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fromBase64url, toBase64url } from "#shared/base/base64url.ts";
import { RoomId } from "#shared/base/ids.ts";
import { isRecord, readString } from "#shared/base/parse.ts";
import { asRoomSecret, createRoomSecret, ROOM_SECRET_BYTES } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { HostStartError } from "./HostStartError.ts";

/** UTF-16 units. */
const NAME_LIMIT = 100;

export type ClassIdentity = RoomRef & { readonly name: string };

/**
 * Reads the class of a data folder, or makes it. `name`, if given, becomes its name.
 * @throws HostStartError when the file is damaged: a new class in its place would lock everybody out of the old one
 */
export async function openClass(folder: string, name: string | undefined): Promise<ClassIdentity> {
  const path = join(folder, "class.json");
  const known = await read(path);
  const wanted = name?.trim().slice(0, NAME_LIMIT);
  if (known !== undefined && (wanted === undefined || wanted === known.name)) return known;
  const base = known ?? {
    id: RoomId.create(),
    secret: createRoomSecret(),
    name: `Class on ${hostname().split(".")[0] ?? ""}`,
  };
  const identity = { ...base, name: wanted === undefined || wanted === "" ? base.name : wanted };
  await write(path, identity);
  return identity;
}

async function read(path: string): Promise<ClassIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isRecord(error) && error["code"] === "ENOENT") return undefined;
    throw new HostStartError(`${path} cannot be read: check its permissions`, { cause: error });
  }
  const identity = parse(text);
  if (identity !== undefined) return identity;
  throw new HostStartError(`${path} is damaged: restore it from a copy, or move it away to start a new class`);
}

function parse(text: string): ClassIdentity | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return undefined;
    const id = RoomId.parse(value["room"]);
    const secret = fromBase64url(readString(value["secret"], NAME_LIMIT) ?? "");
    const name = readString(value["name"], NAME_LIMIT);
    if (id === undefined || name === undefined || secret?.length !== ROOM_SECRET_BYTES) return undefined;
    return { id, secret: asRoomSecret(secret), name };
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and for this user's eyes only: who has the secret is in the class. */
async function write(path: string, { id, secret, name }: ClassIdentity): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w", 0o600);
  try {
    await file.writeFile(`${JSON.stringify({ room: id, secret: toBase64url(secret), name }, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

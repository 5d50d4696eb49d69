// Links that invite: `<page>/n/<room>#k=<secret>` to a notebook, `<page>/#c=<room>.<secret>` to a class. The secret stands
// in the fragment, which browsers never send to a server.

import { fromBase64url, toBase64url } from "../base/base64url.ts";
import { BadInputError } from "../base/errors.ts";
import { RoomId } from "../base/ids.ts";
import { err, ok, type Result } from "../base/result.ts";
import { asRoomSecret, ROOM_SECRET_BYTES, type RoomSecret } from "./roomKeys.ts";

/** A room one can enter. */
export interface RoomRef {
  readonly id: RoomId;
  readonly secret: RoomSecret;
}

export type RoomLink = RoomRef & {
  readonly kind: "notebook" | "class";
  /** Origin of the page the link opens, which is also the class host: `http://192.168.1.5:8720`. */
  readonly base: string;
};

const NOTEBOOK_PATH = /^\/n\/([^/]+)$/;

export function formatRoomLink(link: RoomLink): string {
  const secret = toBase64url(link.secret);
  return link.kind === "class" ? `${link.base}/#c=${link.id}.${secret}` : `${link.base}/n/${link.id}#k=${secret}`;
}

/** Reads an invitation. The error says what is wrong with it in words for the person who pasted it. */
export function parseRoomLink(text: string): Result<RoomLink, BadInputError> {
  let url: URL;
  try {
    url = new URL(text.trim());
  } catch {
    return err(new BadInputError("This is not a link. Paste the whole invitation, starting with http."));
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    return err(new BadInputError("An invitation starts with http:// or https://."));
  }
  const parts = readParts(url);
  const id = RoomId.parse(parts?.id);
  const secret = fromBase64url(parts?.secret ?? "");
  if (parts === undefined || id === undefined || secret?.length !== ROOM_SECRET_BYTES) {
    return err(new BadInputError("This link is incomplete: the part after # is missing or cut off. Copy it again."));
  }
  return ok({ kind: parts.kind, base: url.origin, id, secret: asRoomSecret(secret) });
}

function readParts(url: URL): { kind: RoomLink["kind"]; id: string; secret: string } | undefined {
  const notebook = NOTEBOOK_PATH.exec(url.pathname)?.[1];
  const key = /^#k=(.+)$/.exec(url.hash)?.[1];
  if (notebook !== undefined && key !== undefined) return { kind: "notebook", id: notebook, secret: key };
  const [, id, secret] = /^#c=([^.]+)\.(.+)$/.exec(url.hash) ?? [];
  return id !== undefined && secret !== undefined ? { kind: "class", id, secret } : undefined;
}

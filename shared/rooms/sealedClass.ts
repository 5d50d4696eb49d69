// That a class was started at a blind host is part of its id, as who founded a notebook is (founding.ts): the id is made of
// the secret. So whoever has the invitation knows it before the host is asked anything, and the host, which knows only the
// id, can neither tell nor change it. Classes of other hosts, and those started before, have ids that are plain random.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import { RoomId } from "../base/ids.ts";
import type { RoomRef } from "./roomLink.ts";
import { createRoomSecret, type RoomSecret } from "./roomKeys.ts";

const PURPOSE = new TextEncoder().encode("meshbook/1/sealed-class");
/** Characters of a room id, and bytes enough for them. */
const ID_LENGTH = 22;
const ID_BYTES = 18;

/** A new class, whose host is to be given nothing in clear. */
export function startSealedClass(secret: RoomSecret = createRoomSecret()): RoomRef {
  return { id: sealedId(secret), secret };
}

/** True: its host is blind, whatever the host says. False: nothing is known. */
export const isSealedClass = ({ id, secret }: RoomRef): boolean => id === sealedId(secret);

function sealedId(secret: RoomSecret): RoomId {
  const id = RoomId.parse(toBase64url(hkdf(sha256, secret, undefined, PURPOSE, ID_BYTES)).slice(0, ID_LENGTH));
  if (id === undefined) throw new Error("a hash was no room id");
  return id;
}

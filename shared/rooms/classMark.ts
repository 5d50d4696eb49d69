// By what a class is recognised by those who are in it, and by nobody else: made of its id and secret, so it tells neither.
// A class host shows it; whoever has an invitation that was copied wrongly, or of a class that was there before, finds out.

import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { toBase64url } from "../base/base64url.ts";
import type { RoomRef } from "./roomLink.ts";

const PURPOSE = new TextEncoder().encode("meshbook/1/class-mark");
const MARK_BYTES = 16;
/** Base64url characters of a mark. */
export const MARK_LENGTH = 22;

export function classMark({ id, secret }: RoomRef): string {
  return toBase64url(hkdf(sha256, secret, new TextEncoder().encode(id), PURPOSE, MARK_BYTES));
}

/** Whether the host that shows `mark` serves another class. False where it shows none: nothing is known then. */
export const isOfAnotherClass = (room: RoomRef, mark: string | undefined): boolean =>
  mark !== undefined && mark !== classMark(room);

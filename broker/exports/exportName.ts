// Names of exported notebooks.

import type { RoomId } from "#shared/base/ids.ts";
import { safeStem } from "#shared/formats/fileName.ts";

/** Bytes of UTF-8 that the title may take: every file system allows names of 255, and people like to add to them. */
const TITLE_BYTES = 120;
/** Characters of the room's id that tell notebooks of one title apart; more are taken where these do not. */
const ROOM_CHARACTERS = [6, 12, 22];
const FALLBACK = "Untitled";
const EXTENSION = ".ipynb";

/** `Lab 1-x7Yp2q.ipynb`. `isTaken` tells whether another notebook has a name; names are compared as `nameKey` says. */
export function exportName(title: string, room: RoomId, isTaken: (name: string) => boolean): string {
  const stem = safeStem(title, { filler: " ", bytes: TITLE_BYTES }) || FALLBACK;
  for (const characters of ROOM_CHARACTERS) {
    const name = `${stem}-${room.slice(0, characters)}${EXTENSION}`;
    if (!isTaken(name)) return name;
  }
  // Two rooms whose ids differ in case alone, on a disk that does not tell case apart.
  for (let number = 2; ; number++) {
    const name = `${stem}-${room}-${number}${EXTENSION}`;
    if (!isTaken(name)) return name;
  }
}

/** Equal for names that some file system takes for one. */
export const nameKey = (name: string): string => name.normalize("NFC").toLowerCase();

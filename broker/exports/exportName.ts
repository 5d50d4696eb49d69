// Names of exported notebooks. Titles are written by anybody in the room and meet the file system here.

import type { RoomId } from "#shared/base/ids.ts";

/** Bytes of UTF-8 that the title may take: every file system allows names of 255, and people like to add to them. */
const TITLE_BYTES = 120;
/** Characters of the room's id that tell notebooks of one title apart; more are taken where these do not. */
const ROOM_CHARACTERS = [6, 12, 22];
const FALLBACK = "Untitled";
const EXTENSION = ".ipynb";
/** Not allowed by some system, or not seen, or made to turn the text round. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu;
/** Devices of Windows, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i;

/** `Lab 1-x7Yp2q.ipynb`. `isTaken` tells whether another notebook has a name; names are compared as `nameKey` says. */
export function exportName(title: string, room: RoomId, isTaken: (name: string) => boolean): string {
  const stem = safeStem(title);
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

function safeStem(title: string): string {
  const clean = cut(title.normalize("NFC").replace(FORBIDDEN, " ").replace(/\s+/g, " "), TITLE_BYTES);
  const trimmed = clean.replace(/^[.\s~-]+|[.\s]+$/g, "");
  if (trimmed === "") return FALLBACK;
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
function cut(text: string, bytes: number): string {
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}

// Names of files that are made of titles. Titles are written by anybody in the room and meet every kind of file system.

/** Not allowed by some system, or not seen, or made to turn the text round. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>:"/\\|?*]+/gu;
/** Devices of Windows, whatever follows the first dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³])(?=\.|$)/i;

/** No name ends with a dot or a space on Windows, nor with what stands for something left out. */
const END = { "-": /[.\s-]+$/, " ": /[.\s]+$/ } as const;

export interface FileNameRules {
  /** Stands in place of what no name may have. */
  readonly filler: "-" | " ";
  /** Bytes of UTF-8 that it may take. */
  readonly bytes: number;
}

/** What of a title can be a file's name on every system: no folder, no device, nothing hidden. Empty if that is nothing. */
export function safeStem(title: string, { filler, bytes }: FileNameRules): string {
  const clean = title.normalize("NFC").replace(FORBIDDEN, filler).replace(/\s+/g, " ");
  // First: what stands behind the cut may be all that kept a dot from being the last.
  const trimmed = cutText(clean.replace(/^[.\s~-]+/, ""), bytes).replace(END[filler], "");
  return DEVICE.test(trimmed) ? `_${trimmed}` : trimmed;
}

/** At most `bytes` bytes of UTF-8, cut between characters. */
export function cutText(text: string, bytes: number): string {
  const encoder = new TextEncoder();
  let kept = "";
  let size = 0;
  for (const character of text) {
    size += encoder.encode(character).length;
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}

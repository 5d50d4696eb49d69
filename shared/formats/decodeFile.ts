import { BadInputError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { formatBytes, mib, type Bytes } from "../base/units.ts";
import { placeInText } from "./placeInText.ts";

/** Largest file read. The text and its parts are held in memory several times over, and a school laptop has 4 GB. */
export const FILE_LIMIT: Bytes = mib(256);

export interface DecodedFile {
  readonly text: string;
  /** True if the file began with a byte order mark, which `text` does not hold. */
  readonly bom: boolean;
}

/** The text of a file. Refuses what is not UTF-8 and what is larger than `FILE_LIMIT`. */
export function decodeFile(bytes: Uint8Array): Result<DecodedFile, BadInputError> {
  if (bytes.length > FILE_LIMIT) {
    const size = `${formatBytes(bytes.length)}; files up to ${formatBytes(FILE_LIMIT)} can be read`;
    return err(new BadInputError(`the file is too large (${size}). Clear its outputs in Jupyter and try again`));
  }
  const [first, second, third] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return err(new BadInputError("the file is UTF-16 text; save it as UTF-8 and try again", "line 1, column 1"));
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return ok({ text, bom: first === 0xef && second === 0xbb && third === 0xbf });
  } catch {
    const text = new TextDecoder().decode(bytes);
    const place = placeInText(text, Math.max(0, text.indexOf("\ufffd")));
    return err(new BadInputError("the file is not UTF-8 text; save it as UTF-8 and try again", place));
  }
}

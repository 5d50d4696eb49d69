import { BadInputError } from "#shared/base/errors.ts";
import { formatBytes } from "#shared/base/units.ts";
import { FILE_LIMIT, type ChosenFile } from "#shared/ports/Host.ts";

/** Reads a file that was chosen or dropped. @throws BadInputError above `FILE_LIMIT`, or when it cannot be read */
export async function readChosenFile(file: File): Promise<ChosenFile> {
  if (file.size > FILE_LIMIT) {
    throw new BadInputError(`${file.name} has ${formatBytes(file.size)}; ${formatBytes(FILE_LIMIT)} is the most`);
  }
  try {
    return { name: file.name, content: new Uint8Array(await file.arrayBuffer()) };
  } catch (error) {
    // A folder, or a file that was moved or locked since it was chosen.
    throw new BadInputError(`${file.name} could not be read. Is it a folder, or open elsewhere?`, undefined, {
      cause: error,
    });
  }
}

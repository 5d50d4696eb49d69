import { LATE_FILE_NAMES, type LatePart } from "#shared/contracts/lateFiles.ts";
import { PYTHON_FILE_NAMES } from "#shared/contracts/pythonFiles.ts";

/** Contents by the role that the build gives each. */
export type SlotFiles = Readonly<Record<string, ArrayBuffer>>;

export type SlotPart = "python" | LatePart;

const NAMES: Readonly<Record<SlotPart, Readonly<Record<string, string>>>> = {
  python: PYTHON_FILE_NAMES,
  ...LATE_FILE_NAMES,
};

/** Reads what a part of the slot starts from. What cannot be read is left out, and then the part does not start. */
export async function readLate(part: SlotPart, folder: string): Promise<SlotFiles> {
  const read = async ([role, name]: readonly [string, string]): Promise<readonly [string, ArrayBuffer][]> => {
    try {
      return [[role, (await Deno.readFile(`${folder}/${name}`)).buffer]];
    } catch {
      return [];
    }
  };
  return Object.fromEntries((await Promise.all(Object.entries(NAMES[part]).map(read))).flat());
}

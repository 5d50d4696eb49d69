import { LATE_FILE_NAMES, type LatePart } from "#shared/contracts/kernel/lateFiles.ts";
import { PYTHON_FILE_NAMES } from "#shared/contracts/kernel/pythonFiles.ts";

/** Contents by the role that the build gives each. */
export type SlotFiles = Readonly<Record<string, ArrayBuffer>>;

export type SlotPart = "python" | LatePart;

const NAMES: Readonly<Record<SlotPart, Readonly<Record<string, string>>>> = {
  python: PYTHON_FILE_NAMES,
  ...LATE_FILE_NAMES,
};

/** Reads what a part of the slot starts from. What cannot be read is left out, and then the part does not start. */
export function readLate(part: SlotPart, folder: string): SlotFiles {
  const files: Record<string, ArrayBuffer> = {};
  for (const [role, name] of Object.entries(NAMES[part])) {
    try {
      files[role] = Deno.readFileSync(`${folder}/${name}`).buffer;
    } catch {
      // Left out.
    }
  }
  return files;
}

/**
 * The first bytes of a `.meshbook` file, of the kind of PNG's: a byte that is no ASCII, a name, a line break that text
 * programs change, and the end of a file to some.
 */
export const MAGIC = [0x89, 0x4d, 0x45, 0x53, 0x48, 0x0d, 0x0a, 0x1a] as const;

/** True for bytes that begin as a `.meshbook` file does, whole or not. */
export function looksLikeMeshbookFile(file: Uint8Array): boolean {
  return MAGIC.every((byte, index) => file[index] === byte);
}

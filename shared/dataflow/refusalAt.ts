import type { CellSyntaxError } from "./CompiledCell.ts";

/** A mistake at an offset of `source`. */
export function refusalAt(offset: number, source: string, message: string): CellSyntaxError {
  const before = source.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1, message };
}

import { CellId, RunId } from "#shared/base/ids.ts";
import type { CellProgram, KernelRequest } from "#shared/ports/Kernel.ts";

/** A program in Python that defines and reads what is said: for tests of kernels, without what reads cells. */
export function python(
  cell: string,
  code: string,
  names: { readonly defines?: readonly string[]; readonly inputs?: Readonly<Record<string, string>> } = {},
): CellProgram {
  const inputs = Object.entries(names.inputs ?? {}).map(([name, from]) => [name, CellId.parse(from)!] as const);
  return {
    cell: CellId.parse(cell)!,
    language: "python",
    code,
    defines: names.defines ?? [],
    inputs: Object.fromEntries(inputs),
  };
}

export const request = (program: CellProgram, ...before: readonly CellProgram[]): KernelRequest => ({
  run: RunId.create(),
  program,
  before,
});

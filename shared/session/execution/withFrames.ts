import { FRAME_LIBRARIES } from "../../contracts/page/frameLibraries.ts";
import type { FlowCell, NotebookFlow } from "../../dataflow/resolveInputs.ts";
import type { CellProgram } from "../../ports/Kernel.ts";

/**
 * A cell in Python that reads a table of SQL, and imports no library for tables itself, imports the one that other cells of
 * its notebook do: what it reads must not depend on which of them have run in its kernel.
 */
export function withFrames(flow: NotebookFlow, program: CellProgram): CellProgram {
  const { language, inputs, imports = [] } = program;
  if (language !== "python" || FRAME_LIBRARIES.some((library) => imports.includes(library))) return program;
  if (!Object.values(inputs).some((cell) => languageOf(flow.get(cell)) === "sql")) return program;
  const others = [...flow.values()].filter((cell) => languageOf(cell) === "python").flatMap(importsOf);
  const library = FRAME_LIBRARIES.find((one) => others.includes(one));
  return library === undefined ? program : { ...program, imports: [...imports, library] };
}

const languageOf = (cell: FlowCell | undefined): string | undefined =>
  cell?.compiled.ok === true ? cell.compiled.value.language : undefined;

const importsOf = ({ compiled }: FlowCell): readonly string[] => (compiled.ok ? (compiled.value.imports ?? []) : []);

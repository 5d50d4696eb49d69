import { transform } from "sucrase";
import { err, ok, type Result } from "../../base/result.ts";
import { isRecord, readInteger } from "../../base/parse.ts";
import type { CellSyntaxError, CompiledCell } from "../CompiledCell.ts";
import { compileCell } from "../javascript/compileCell.ts";

/** Compiles a TypeScript cell: its types are taken out, line by line, and what is left is JavaScript. Nothing is checked. */
export function compileTypescript(source: string): Result<CompiledCell, CellSyntaxError> {
  const program = withoutTypes(source);
  if (program.ok) return compileCell(program.value);
  // `{ a: 1 as number, b: 2 }` is no program, but an object.
  const expression = withoutTypes(`${OPEN}${source}${CLOSE}`);
  return expression.ok ? compileCell(expression.value.slice(OPEN.length, -CLOSE.length)) : program;
}

const OPEN = "(";
/** The newline closes a comment at the end of the source. */
const CLOSE = "\n)";

function withoutTypes(source: string): Result<string, CellSyntaxError> {
  try {
    const { code } = transform(source, {
      transforms: ["typescript"],
      disableESTransforms: true,
      preserveDynamicImport: true,
      keepUnusedImports: true,
    });
    return ok(code);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return err(placeOf(error));
  }
}

function placeOf(error: SyntaxError & { readonly loc?: unknown }): CellSyntaxError {
  const loc = isRecord(error.loc) ? error.loc : {};
  const message = error.message.replace(/^Error transforming [^:]*: /, "").replace(/ \(\d+:\d+\)$/, "");
  return {
    line: readInteger(loc["line"], 1, Number.MAX_SAFE_INTEGER) ?? 1,
    column: (readInteger(loc["column"], 0, Number.MAX_SAFE_INTEGER) ?? 0) + 1,
    message,
  };
}

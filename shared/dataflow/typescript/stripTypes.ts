import { transform, type Options } from "sucrase";
import { err, ok, type Result } from "../../base/result.ts";
import { isRecord, readInteger } from "../../base/parse.ts";
import type { CellSyntaxError } from "../CompiledCell.ts";
import { readMappings } from "./readMappings.ts";

export interface StrippedCell {
  /** JavaScript. Line n of it is line n of the source. */
  readonly code: string;
  /** Offset in the source of what stands at an offset of the code; undefined for what was put in. Found out when called. */
  readonly originOf: (offset: number) => number | undefined;
}

/** Takes the types out of a cell. */
export function stripTypes(source: string): Result<StrippedCell, CellSyntaxError> {
  const program = strip(source);
  if (program.ok) return ok({ code: program.value, originOf: lazily(source, program.value, 0) });
  // `{ a: 1 as number, b: 2 }` is no program, but an object.
  const whole = `${OPEN}${source}${CLOSE}`;
  const expression = strip(whole);
  if (!expression.ok) return program;
  const code = expression.value.slice(OPEN.length, -CLOSE.length);
  return ok({ code, originOf: lazily(whole, expression.value, OPEN.length) });
}

const OPEN = "(";
/** The newline closes a comment at the end of the source. */
const CLOSE = "\n)";
export const OPTIONS = {
  transforms: ["typescript" as const],
  disableESTransforms: true,
  preserveDynamicImport: true,
  keepUnusedImports: true,
} satisfies Options;

function strip(source: string): Result<string, CellSyntaxError> {
  try {
    return ok(transform(source, OPTIONS).code);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return err(placeOf(error));
  }
}

/** `shift`: characters that were put before the cell. */
function lazily(source: string, code: string, shift: number): StrippedCell["originOf"] {
  let read: StrippedCell["originOf"] | undefined;
  return (offset) => {
    read ??= readMappings(mappingsOf(source), code, source);
    const origin = read(offset + shift);
    return origin === undefined ? undefined : origin - shift;
  };
}

function mappingsOf(source: string): string {
  const map = { sourceMapOptions: { compiledFilename: "cell.js" }, filePath: "cell.ts" };
  return transform(source, { ...OPTIONS, ...map }).sourceMap?.mappings ?? "";
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

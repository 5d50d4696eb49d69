import type { CellId } from "#shared/base/ids.ts";
import { sourceLine } from "#shared/dataflow/javascript/insertions.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";
import type { ForeignError } from "../kernel/errorOutput.ts";

/** A mistake in a statement, or in what it reads. */
export class SqlError extends Error {
  /** Lines of the cell before the statement. */
  readonly lines: number;

  constructor(cause: unknown, lines: number) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.lines = lines;
  }
}

/** As DuckDB ends its messages: `LINE 2: from nothere`, and a caret below. */
const PLACE = /\n+LINE (\d+): ([^\n]*)\n( *)\^/;
const KIND = /^((?:[A-Z]\w+ )+Error): /;

/** What DuckDB says, in its words, with the place in the cell; what would mislead here is said anew. */
export function sqlError(error: SqlError, { cell, code }: CellProgram): ForeignError {
  const { message, lines } = error;
  const [, kind = ""] = KIND.exec(message) ?? [];
  const text = message.slice(kind === "" ? 0 : kind.length + 2);
  const place = PLACE.exec(text);
  const said = (place === null ? text : text.slice(0, place.index)).trim();
  const ename = kind === "" ? (error.cause instanceof TypeError ? "TypeError" : "SqlError") : kind.replaceAll(" ", "");
  const frames = place === null ? [] : [{ name: "", place: placeIn(code, cell, lines, place) }];
  return { ename, evalue: explained(said), frames, notes: [] };
}

function placeIn(
  code: string,
  cell: CellId,
  lines: number,
  [, number = "1", excerpt = "", indent = ""]: RegExpExecArray,
): ForeignError["frames"][number]["place"] {
  const line = lines + Number(number);
  const text = sourceLine(code.split("\n")[line - 1] ?? "");
  // Values are other texts in the statement than in the cell, and long lines are cut: the word at the caret is looked for.
  const at = indent.length - `LINE ${number}: `.length;
  const word = /^(?:"[^"]*"|[\p{L}\p{N}_]+|.)/u.exec(excerpt.slice(Math.max(at, 0)))?.[0] ?? "";
  const column = text.startsWith(word, at) ? at : text.indexOf(word);
  return { cell, line, column: Math.max(column, 0) + 1, text };
}

function explained(text: string): string {
  const [, thing, extension] =
    /with name "(\w+)" is not in the catalog, but it exists in the (\w+) extension/.exec(text) ?? [];
  if (thing !== undefined) {
    return (
      `${thing} is in DuckDB's extension “${extension}”, which is not there. Data in JSON, Parquet and Arrow are read by ` +
      "the name of the variable that holds their text or bytes: SELECT * FROM that_variable."
    );
  }
  if (text.includes("file system operations are disabled") || text.includes("external extensions is disabled")) {
    return (
      "a query reads no files, no addresses and no extensions. Read the file in a cell of JavaScript, and name the " +
      "variable that holds its text or bytes: SELECT * FROM that_variable."
    );
  }
  return text;
}

import type { CellOutput } from "#shared/notebook/output.ts";
import { base64 } from "../kernel/base64.ts";
import { formatTable } from "../kernel/formatTable.ts";
import type { RunOutputs } from "../kernel/RunOutputs.ts";
import type { Database, SqlResult } from "./Database.ts";
import { rowsOf } from "./rowsOf.ts";

/** Bytes of a table that is shown whole: it goes into every reader's store. */
const SHOWN_LIMIT = 3 * 1024 * 1024;
/** Rows in the text beside it, for readers that show text only. */
const TEXT_ROWS = 10;

/** Shows a query's answer as a table; of a large one the first rows, and says so. */
export function showResult(result: SqlResult, database: Database, outputs: RunOutputs): void {
  const { numRows } = result.table;
  const shown = result.file.byteLength <= SHOWN_LIMIT ? result : firstRows(result, numRows, database);
  const { table } = shown;
  const text = `${formatTable(rowsOf(database.head(shown, TEXT_ROWS).table))}\n${rowsInWords(numRows)}`;
  const output: CellOutput = {
    output_type: "execute_result",
    data: { "application/vnd.apache.arrow.file": base64(shown.file), "text/plain": text },
    metadata: {},
    execution_count: null,
  };
  outputs.show(output);
  if (table.numRows < numRows) {
    outputs.print("stdout", `The first ${table.numRows} of ${numRows} rows are shown; the value has all of them.\n`);
  }
}

function firstRows(result: SqlResult, rows: number, database: Database): SqlResult {
  const count = Math.max(1, Math.floor((rows * SHOWN_LIMIT) / result.file.byteLength));
  return database.head(result, count);
}

const rowsInWords = (rows: number): string => (rows === 1 ? "1 row" : `${rows} rows`);

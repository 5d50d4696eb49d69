import { Suspense, useMemo, useState, type ReactElement } from "react";
import type { JsonValue } from "#shared/base/parse.ts";
import { Button } from "../../ui/Button.tsx";
import { Collapse } from "../Collapse.tsx";
import { TABLE_HEIGHT } from "../height/expectedHeight.ts";
import { JsonTree } from "./JsonTree.tsx";
import { recordColumns, recordsTable } from "./recordsTable.ts";
import { lazyPart } from "../../ui/parts/lazyPart.ts";

const TableOutput = lazyPart(async () => (await import("../table/TableOutput.tsx")).TableOutput);

/** A JSON value as a tree; a list of records also as a table, when the reader wants one. */
export function JsonOutput({ value }: { readonly value: JsonValue }): ReactElement {
  const columns = useMemo(() => recordColumns(value), [value]);
  const [asTable, setAsTable] = useState(false);
  if (columns === undefined)
    return (
      <Collapse>
        <JsonTree value={value} />
      </Collapse>
    );
  return (
    <>
      {asTable ? (
        <Records value={value} columns={columns} />
      ) : (
        <Collapse>
          <JsonTree value={value} />
        </Collapse>
      )}
      <p className="more">
        <Button small variant="secondary" onClick={() => setAsTable(!asTable)}>
          {asTable ? "Show as tree" : "Show as table"}
        </Button>
      </p>
    </>
  );
}

function Records({ value, columns }: { readonly value: JsonValue; readonly columns: readonly string[] }): ReactElement {
  const body = useMemo(() => recordsTable(value, columns), [value, columns]);
  return (
    <Suspense fallback={<div className="skeleton" style={{ height: TABLE_HEIGHT }} />}>
      <TableOutput mime="application/vnd.dataresource+json" body={body} />
    </Suspense>
  );
}

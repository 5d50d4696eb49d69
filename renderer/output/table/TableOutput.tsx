import { ArrowDown, ArrowUp, ChevronLeft, ChevronRight, ChevronsUpDown, Search, type LucideIcon } from "lucide-react";
import { useId, useState, type ReactElement } from "react";
import type { JsonValue } from "#shared/base/parse.ts";
import type { TableMime } from "#shared/notebook/output.ts";
import { IconButton } from "../../ui/IconButton.tsx";
import type { TableView } from "./table.ts";
import type { TableFacts } from "./tableWorker.ts";
import { useTable } from "./useTable.ts";
import "./table.css";

/** Rows of one page: with them a table is no taller than other outputs. */
const PAGE = 15;
const EVERYTHING: TableView = { sort: undefined, filter: "" };

export interface TableOutputProps {
  readonly mime: TableMime;
  readonly body: JsonValue;
}

/** A table that can be sorted, searched and paged through, however long it is. */
export function TableOutput({ mime, body }: TableOutputProps): ReactElement {
  const [view, setView] = useState(EVERYTHING);
  const [from, setFrom] = useState(0);
  const [shown, setShown] = useState(body);
  if (shown !== body) {
    // The cell ran again: another table, perhaps shorter, is read from its beginning.
    setShown(body);
    setFrom(0);
  }
  const table = useTable(mime, body, { view, from, count: PAGE });
  if (table.state === "failed") return <p className="output-none">This table cannot be shown: {table.reason}</p>;
  if (table.state === "reading")
    return <div className="skeleton" style={{ height: 240 }} aria-label="Reading a table" />;
  const { facts, found, cells } = table;
  const show = (next: TableView): void => {
    setView(next);
    setFrom(0);
  };
  return (
    <div className="table-output">
      {/* Wide tables scroll; so the box must be reachable by keyboard. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className="table-output__scroll" tabIndex={0} role="region" aria-label={`Table, ${rowsInWords(facts.rows)}`}>
        <table>
          <Head facts={facts} view={view} onView={show} />
          <tbody>
            {cells.map((row, index) => (
              <tr key={table.from + index}>
                {row.map((cell, column) => (
                  <td key={column} className={facts.columns[column]?.kind === "number" ? "table-output__number" : ""}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
            <Missing rows={facts.rows > PAGE ? PAGE - cells.length : 0} columns={facts.columns.length} />
          </tbody>
        </table>
      </div>
      <Foot facts={facts} found={found} shown={{ from: table.from, count: cells.length }} onFrom={setFrom}>
        <Filter value={view.filter} onChange={(filter) => show({ ...view, filter })} />
      </Foot>
    </div>
  );
}

interface HeadProps {
  readonly facts: TableFacts;
  readonly view: TableView;
  readonly onView: (view: TableView) => void;
}

/** Pressed once, a column sorts up; again, down; a third time, rows are as they came. */
function Head({ facts, view, onView }: HeadProps): ReactElement {
  const { sort } = view;
  const press = (column: number): void => {
    const first = { column, descending: false };
    const next = sort?.column !== column ? first : sort.descending ? undefined : { column, descending: true };
    onView({ ...view, sort: next });
  };
  return (
    <thead>
      <tr>
        {facts.columns.map(({ name, kind }, column) => {
          const order = sort?.column !== column ? "none" : sort.descending ? "descending" : "ascending";
          const Icon = order === "none" ? ChevronsUpDown : order === "ascending" ? ArrowUp : ArrowDown;
          return (
            <th key={column} scope="col" aria-sort={order} className={kind === "number" ? "table-output__number" : ""}>
              <button type="button" onClick={() => press(column)}>
                <span>{name === "" ? "(no name)" : name}</span>
                <Icon size={12} aria-hidden />
              </button>
            </th>
          );
        })}
      </tr>
    </thead>
  );
}

/** Keeps the last page, and one with few matches, as tall as the others. */
function Missing({ rows, columns }: { readonly rows: number; readonly columns: number }): ReactElement | undefined {
  if (rows <= 0) return undefined;
  return (
    <tr aria-hidden className="table-output__rest">
      <td colSpan={columns} style={{ height: `calc(${rows} * var(--table-row))` }} />
    </tr>
  );
}

function Filter({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string) => void;
}): ReactElement {
  const id = useId();
  return (
    <div className="table-output__filter">
      <Search size={14} aria-hidden />
      <input
        id={id}
        type="search"
        value={value}
        aria-label="Search in this table"
        placeholder="Search"
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

interface FootProps {
  readonly facts: TableFacts;
  readonly found: number;
  readonly shown: { readonly from: number; readonly count: number };
  readonly onFrom: (from: number) => void;
  readonly children: ReactElement;
}

function Foot({ facts, found, shown, onFrom, children }: FootProps): ReactElement {
  const { from, count } = shown;
  return (
    <div className="table-output__foot">
      {facts.rows > PAGE && children}
      <p aria-live="polite">{pageInWords(facts.rows, found, shown)}</p>
      {found > PAGE && (
        <>
          <Turn icon={ChevronLeft} label="Rows before" to={from > 0 ? from - PAGE : undefined} onFrom={onFrom} />
          <Turn
            icon={ChevronRight}
            label="Rows after"
            to={from + count < found ? from + PAGE : undefined}
            onFrom={onFrom}
          />
        </>
      )}
    </div>
  );
}

interface TurnProps {
  readonly icon: LucideIcon;
  readonly label: string;
  /** Undefined: there is no page. */
  readonly to: number | undefined;
  readonly onFrom: (from: number) => void;
}

/** Keeps the keyboard where there is no page to turn to: the cell would take the next key. */
function Turn({ icon, label, to, onFrom }: TurnProps): ReactElement {
  const turn = (): void => (to === undefined ? undefined : onFrom(to));
  return <IconButton small icon={icon} label={label} aria-disabled={to === undefined} onClick={turn} />;
}

const number = new Intl.NumberFormat("en");
const rowsInWords = (rows: number): string => (rows === 1 ? "1 row" : `${number.format(rows)} rows`);

function pageInWords(rows: number, found: number, { from, count }: FootProps["shown"]): string {
  const all = found === rows ? rowsInWords(rows) : `${number.format(found)} of ${rowsInWords(rows)}`;
  return found <= PAGE ? all : `${number.format(from + 1)} to ${number.format(from + count)} of ${all}`;
}

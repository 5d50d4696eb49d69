import type { ReactElement } from "react";
import type { TableControl } from "#shared/notebook/controls/control.ts";
import type { FieldProps } from "./FieldProps.ts";

/** Rows to choose from, each with a box; the first box chooses all. */
export function TableField({ control, value, disabled, onMove }: FieldProps<TableControl>): ReactElement {
  const { columns, rows, total, label } = control;
  const chosen = new Set(value);
  const all = rows.length > 0 && rows.every((_, row) => chosen.has(row));
  const choose = (row: number, on: boolean): void => {
    if (on) chosen.add(row);
    else chosen.delete(row);
    onMove([...chosen].sort((one, other) => one - other));
  };
  const name = label === "" ? "Rows to choose" : label;
  const isOfNumbers = columns.map((_, at) => rows.every((row) => isNumber(row[at])));
  const classOf = (at: number): string | undefined => (isOfNumbers[at] === true ? "control__number" : undefined);
  return (
    <div className="control__rows">
      <p className="control__label">
        {name}
        <span className="control__count" role="status">
          {chosen.size} of {total} chosen
        </span>
      </p>
      <div className="control__scroll">
        <table>
          <thead>
            <tr>
              <th>
                <input
                  type="checkbox"
                  aria-label="All rows"
                  checked={all}
                  disabled={disabled}
                  onChange={() => onMove(all ? [] : rows.map((_, row) => row))}
                />
              </th>
              {columns.map((column, index) => (
                <th key={index} scope="col" className={classOf(index)}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} data-chosen={chosen.has(index) || undefined}>
                <td>
                  <input
                    type="checkbox"
                    aria-label={`Row ${index + 1}`}
                    checked={chosen.has(index)}
                    disabled={disabled}
                    onChange={(event) => choose(index, event.target.checked)}
                  />
                </td>
                {row.map((cell, at) => (
                  <td key={at} className={classOf(at)}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {total > rows.length && (
        <p className="control__file">
          The first {rows.length} of {total} rows can be chosen here.
        </p>
      )}
    </div>
  );
}

/** A missing one does not turn a column of numbers into one of words. */
const isNumber = (cell: string | undefined): boolean => cell !== undefined && Number.isFinite(Number(cell));

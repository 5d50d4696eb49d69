import { keyword, type SqlToken } from "#shared/dataflow/sql/sqlTokens.ts";
import { isTableLike } from "./toTable.ts";

/** A value in a statement. */
export interface PlacedValue {
  readonly value: unknown;
  /** Which value of the cell it is, from 1. */
  readonly number: number;
  /** The word before it. */
  readonly before: SqlToken | undefined;
  /** Line breaks in it: lines must stay where they are. */
  readonly lines: number;
}

/** What stands for values, and the parameters. A value is never a part of the statement's text. */
export class BoundValues {
  readonly parameters: unknown[] = [];
  /** Name → value of a table that is to be there. */
  readonly tables = new Map<string, unknown>();

  /** @throws TypeError for what SQL has no value for */
  place(placed: PlacedValue): string {
    return this.#place(placed) + "\n".repeat(placed.lines);
  }

  #place({ value, number, before }: PlacedValue): string {
    if (["FROM", "JOIN"].includes(keyword(before)) && isTableLike(value)) {
      const name = `value ${number}`;
      this.tables.set(name, value);
      return `"${name}"`;
    }
    if (!Array.isArray(value)) return this.#parameter(value, number);
    // `IN ${list}` and `IN (${list})` mean the same. Nothing is in an empty list.
    const items =
      value.length === 0 ? "SELECT NULL WHERE false" : value.map((one) => this.#parameter(one, number)).join(", ");
    return before?.text === "(" ? items : `(${items})`;
  }

  #parameter(value: unknown, number: number): string {
    const bound = (parameter: unknown, sql = "?"): string => {
      this.parameters.push(parameter);
      return sql;
    };
    if (value === undefined || value === null) return bound(null);
    if (typeof value === "string" || typeof value === "boolean") return bound(value);
    if (typeof value === "number")
      return Number.isFinite(value) ? bound(value) : bound(String(value), "CAST(? AS DOUBLE)");
    if (typeof value === "bigint") return bound(String(value), "CAST(? AS HUGEINT)");
    if (value instanceof Date && !Number.isNaN(value.getTime())) {
      return bound(value.toISOString().slice(0, -1), "CAST(? AS TIMESTAMP)");
    }
    throw new TypeError(
      `value ${number} is ${Array.isArray(value) ? "a list in a list" : `of the kind ${typeof value}`}. In SQL a value ` +
        "can be a number, a text, true or false, a date, nothing, a list of those, or after FROM or JOIN a table.",
    );
  }
}

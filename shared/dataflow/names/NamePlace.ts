import { isSameTable } from "../sql/SqlNames.ts";

/**
 * One place in a cell where a variable of the notebook is named: by the cell that defines it or by one that reads it.
 * Offsets are UTF-16 units of the cell's text. `shorthand`: `{ a }`, where the property has the name, too. `import`: an
 * import without `as`, which another name would need. `package`: the head of `import a.b`, which can have no other name.
 * `table`: in SQL, which may write it in capitals, and in quotes. `word`: in SQL, beside a table of that name; it may mean a
 * column or another table.
 */
export interface NamePlace {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly form: "name" | "shorthand" | "import" | "package" | "table" | "word";
}

/** Whether a place names this variable. */
export const isPlaceOf = ({ name, form }: NamePlace, variable: string): boolean =>
  name === variable || ((form === "table" || form === "word") && isSameTable(name, variable));

export const inOrder = (places: Iterable<NamePlace>): readonly NamePlace[] =>
  [...places].sort((one, other) => one.from - other.from);

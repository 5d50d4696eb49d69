import { readSql } from "../sql/compileSql.ts";
import { isSameTable } from "../sql/SqlNames.ts";
import { isSymbol, type SqlToken } from "../sql/sqlTokens.ts";
import { placesIn } from "./javascriptPlaces.ts";
import { inOrder, type NamePlace } from "./NamePlace.ts";

/** In tables, before the dot of their columns, in `-- name: …`, and in values. Undefined for a cell that cannot be read. */
export function sqlPlaces(source: string): readonly NamePlace[] | undefined {
  const read = readSql(source);
  if (!read.ok) return undefined;
  const { tokens, values, names, result } = read.value;
  const words = tokens.flatMap((token, at): readonly NamePlace[] => {
    const isTable = names.tokens.has(token.start);
    const isNamed = isTable || [...names.tokens.values()].some((table) => isSameTable(table.text, token.text));
    if (!isNamed || (token.kind !== "word" && token.kind !== "name")) return [];
    const [before, after] = [tokens[at - 1], tokens[at + 1]];
    if (isTable || (isDot(after) && !isDot(before))) return [placeOf(token, "table")];
    // A column of another table, or a function.
    if (isDot(before) || (after !== undefined && isSymbol(after, "("))) return [];
    return [placeOf(token, "word")];
  });
  const named: readonly NamePlace[] = result === undefined ? [] : [{ ...result, form: "name" }];
  return inOrder([...named, ...words, ...placesIn(values.map(({ expression }) => expression))]);
}

const isDot = (token: SqlToken | undefined): boolean => isSymbol(token, ".");
const placeOf = ({ text, start, end }: SqlToken, form: NamePlace["form"]): NamePlace => {
  return { name: text, from: start, to: end, form };
};

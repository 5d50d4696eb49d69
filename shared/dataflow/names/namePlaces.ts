import type { Cell } from "../../notebook/cell.ts";
import { javascriptPlaces } from "./javascriptPlaces.ts";
import type { NamePlace } from "./NamePlace.ts";
import { pythonPlaces } from "./pythonPlaces.ts";
import { typescriptPlaces } from "./typescriptPlaces.ts";

/** Languages whose cells name variables in a way that an editor can find. */
export type NamingLanguage = "javascript" | "typescript" | "python";

const LANGUAGES: ReadonlyMap<string, NamingLanguage> = new Map([
  ["javascript", "javascript"],
  ["js", "javascript"],
  ["typescript", "typescript"],
  ["ts", "typescript"],
  ["python", "python"],
  ["python3", "python"],
  ["py", "python"],
]);

/** Undefined for cells of other languages and kinds. */
export const namingLanguage = ({ kind, language }: Pick<Cell, "kind" | "language">): NamingLanguage | undefined =>
  kind === "code" ? LANGUAGES.get(language) : undefined;

const FINDERS: Readonly<Record<NamingLanguage, (source: string) => readonly NamePlace[] | undefined>> = {
  javascript: javascriptPlaces,
  typescript: typescriptPlaces,
  python: pythonPlaces,
};

/** Where a cell names variables of the notebook, in order; undefined if it cannot be read, or not by this. */
export function namePlaces(cell: Pick<Cell, "kind" | "language" | "source">): readonly NamePlace[] | undefined {
  const language = namingLanguage(cell);
  return language === undefined ? undefined : FINDERS[language](cell.source);
}

import type { Cell } from "../../notebook/cell.ts";
import { sourceLanguage } from "../sourceLanguage.ts";
import { javascriptPlaces } from "./javascriptPlaces.ts";
import type { NamePlace } from "./NamePlace.ts";
import { pythonPlaces } from "./pythonPlaces.ts";
import { typescriptPlaces } from "./typescriptPlaces.ts";

/** Languages whose cells name variables in a way that an editor can find. */
const NAMING_LANGUAGES = ["javascript", "typescript", "python"] as const;
export type NamingLanguage = (typeof NAMING_LANGUAGES)[number];

/** Undefined for cells of other languages and kinds. */
export function namingLanguage({ kind, language }: Pick<Cell, "kind" | "language">): NamingLanguage | undefined {
  const found = kind === "code" ? sourceLanguage(language) : undefined;
  return NAMING_LANGUAGES.find((one) => one === found);
}

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

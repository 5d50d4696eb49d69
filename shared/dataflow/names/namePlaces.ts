import type { Cell } from "../../notebook/cell.ts";
import { sourceLanguage, type SourceLanguage } from "../sourceLanguage.ts";
import { javascriptPlaces } from "./javascriptPlaces.ts";
import type { NamePlace } from "./NamePlace.ts";
import { pythonPlaces } from "./pythonPlaces.ts";
import { sqlPlaces } from "./sqlPlaces.ts";
import { templatePlaces } from "./templatePlaces.ts";
import { typescriptPlaces } from "./typescriptPlaces.ts";

/** Languages of cells that are programs, in which an editor helps with names. */
const NAMING_LANGUAGES = ["javascript", "typescript", "python"] as const;
export type NamingLanguage = (typeof NAMING_LANGUAGES)[number];

/** Undefined for cells of other languages and kinds. */
export function namingLanguage({ kind, language }: Pick<Cell, "kind" | "language">): NamingLanguage | undefined {
  const found = kind === "code" ? sourceLanguage(language) : undefined;
  return NAMING_LANGUAGES.find((one) => one === found);
}

const FINDERS: Readonly<Record<SourceLanguage, (source: string) => readonly NamePlace[] | undefined>> = {
  javascript: javascriptPlaces,
  typescript: typescriptPlaces,
  python: pythonPlaces,
  sql: sqlPlaces,
  html: templatePlaces,
  markdown: templatePlaces,
  tex: templatePlaces,
  mermaid: templatePlaces,
};

/** Where a cell names variables of the notebook, in order; undefined if it cannot be read, or is not executed. */
export function namePlaces(cell: Pick<Cell, "kind" | "language" | "source">): readonly NamePlace[] | undefined {
  const language = cell.kind === "code" ? sourceLanguage(cell.language) : undefined;
  return language === undefined ? undefined : FINDERS[language](cell.source);
}

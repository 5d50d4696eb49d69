import type { CellLanguage } from "../ports/Kernel.ts";

/** Languages in which cells that can be executed are written. A kernel knows fewer: the rest is JavaScript once compiled. */
export const SOURCE_LANGUAGES = [
  "javascript",
  "typescript",
  "python",
  "sql",
  "html",
  "markdown",
  "tex",
  "mermaid",
] as const;
export type SourceLanguage = (typeof SOURCE_LANGUAGES)[number];
/** Languages of cells that are text with values in it. */
export type TemplateLanguage = "html" | "markdown" | "tex" | "mermaid";

/** By what notebooks call them: their own names, and others. */
const LANGUAGES: ReadonlyMap<string, SourceLanguage> = new Map<string, SourceLanguage>([
  ...SOURCE_LANGUAGES.map((language) => [language, language] as const),
  ["js", "javascript"],
  ["ts", "typescript"],
  ["python3", "python"],
  ["py", "python"],
  ["duckdb", "sql"],
  ["md", "markdown"],
  ["latex", "tex"],
]);

/** The language that a notebook calls so; undefined if its cells cannot be executed. */
export const sourceLanguage = (name: string): SourceLanguage | undefined => LANGUAGES.get(name);

/** The language of the kernel that executes it. */
export const kernelLanguage = (language: SourceLanguage): CellLanguage =>
  language === "python" || language === "sql" ? language : "javascript";

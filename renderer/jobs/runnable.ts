// Languages as Jupyter names them.

import { kernelLanguage as kernelOf, sourceLanguage } from "#shared/dataflow/sourceLanguage.ts";

const NAMES: Readonly<Record<string, string>> = {
  javascript: "JavaScript",
  typescript: "TypeScript",
  python: "Python",
  sql: "SQL",
  html: "HTML",
  markdown: "Markdown",
  tex: "TeX",
  mermaid: "Mermaid",
  r: "R",
  julia: "Julia",
};

/** The language of the kernel that executes it. */
export function kernelLanguage(language: string): string {
  const source = sourceLanguage(language);
  return source === undefined ? language : kernelOf(source);
}

export const runsHere = (language: string): boolean => sourceLanguage(language) !== undefined;

export function languageName(language: string): string {
  if (language === "") return "Unknown language";
  return NAMES[sourceLanguage(language) ?? language] ?? language.charAt(0).toUpperCase() + language.slice(1);
}

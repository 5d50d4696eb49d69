// Languages as Jupyter names them.

/** Languages whose cells the page's own kernels execute. */
const RUN_HERE: ReadonlySet<string> = new Set([
  "javascript",
  "typescript",
  "python",
  "sql",
  "html",
  "markdown",
  "tex",
  "mermaid",
]);

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

/** What a code cell can be set to. */
export const LANGUAGES = ["javascript", "typescript", "python", "sql", "html", "markdown", "tex", "mermaid"] as const;

/** Languages that are JavaScript once they are compiled: without its types, or with a text around it. */
const IN_JAVASCRIPT: ReadonlySet<string> = new Set(["typescript", "html", "markdown", "tex", "mermaid"]);

/** The language of the kernel that executes it. */
export const kernelLanguage = (language: string): string => (IN_JAVASCRIPT.has(language) ? "javascript" : language);

export const runsHere = (language: string): boolean => RUN_HERE.has(language);

export function languageName(language: string): string {
  if (language === "") return "Unknown language";
  return NAMES[language] ?? language.charAt(0).toUpperCase() + language.slice(1);
}

// Languages as Jupyter names them.

/** Languages whose cells the page's own kernels execute. */
const RUN_HERE: ReadonlySet<string> = new Set(["javascript", "typescript", "python"]);

const NAMES: Readonly<Record<string, string>> = {
  javascript: "JavaScript",
  typescript: "TypeScript",
  python: "Python",
  sql: "SQL",
  r: "R",
  julia: "Julia",
};

/** What a code cell can be set to. */
export const LANGUAGES = ["javascript", "typescript", "python"] as const;

/** The language of the kernel that executes it: TypeScript without its types is JavaScript. */
export const kernelLanguage = (language: string): string => (language === "typescript" ? "javascript" : language);

export const runsHere = (language: string): boolean => RUN_HERE.has(language);

export function languageName(language: string): string {
  if (language === "") return "Unknown language";
  return NAMES[language] ?? language.charAt(0).toUpperCase() + language.slice(1);
}

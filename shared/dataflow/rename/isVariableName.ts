import type { SourceLanguage } from "../sourceLanguage.ts";

/** A new name is not longer than this: longer ones are no names but accidents with the clipboard. */
const NAME_LIMIT = 100;
const NAME = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that cannot be names in strict mode and modules. */
const JAVASCRIPT_WORDS = words(`
  arguments await break case catch class const continue debugger default delete do else enum eval export extends false
  finally for function if implements import in instanceof interface let new null package private protected public return
  static super switch this throw true try typeof var void while with yield`);
const PYTHON_WORDS = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`);

/** Whether a variable can be called so. */
export function isVariableName(name: string, language: SourceLanguage): boolean {
  if (name.length > NAME_LIMIT || !NAME.test(name)) return false;
  // A table can be called anything, in quotes.
  if (language === "sql") return true;
  if (language !== "python") return !JAVASCRIPT_WORDS.has(name);
  // Python reads names in one of several forms that Unicode has for them.
  return !name.includes("$") && !PYTHON_WORDS.has(name) && name === name.normalize("NFKC");
}

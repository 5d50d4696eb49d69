// Where nbformat and VS Code keep languages: `language_info` and `kernelspec` for the notebook, `vscode.languageId` for
// a cell in another one.

import { isRecord, readString, type JsonObject, type JsonValue } from "../../base/parse.ts";

/** What Jupyter takes a notebook for that does not say. */
const DEFAULT_LANGUAGE = "python";
const NAME_LIMIT = 64;

const KERNELS: readonly (readonly [prefix: RegExp, language: string])[] = [
  [/^(?:python|conda|ipykernel|xpython)/, "python"],
  [/^(?:javascript|jslab|xjavascript)/, "javascript"],
  [/^(?:deno|tslab|typescript)/, "typescript"],
  [/^ir(?:kernel)?$/, "r"],
];

const LANGUAGE_METADATA: Readonly<Record<string, JsonObject>> = {
  javascript: { language_info: { file_extension: ".js", mimetype: "text/javascript", name: "javascript" } },
  typescript: { language_info: { file_extension: ".ts", mimetype: "text/typescript", name: "typescript" } },
  python: {
    kernelspec: { display_name: "Python 3", language: "python", name: "python3" },
    language_info: { file_extension: ".py", mimetype: "text/x-python", name: "python" },
  },
};

/** The language of a notebook, as Jupyter names it. */
export function notebookLanguage(metadata: JsonObject): string {
  const info = field(metadata["language_info"], "name") ?? field(metadata["kernelspec"], "language");
  if (info !== undefined) return info;
  const kernel = field(metadata["kernelspec"], "name") ?? "";
  return KERNELS.find(([prefix]) => prefix.test(kernel))?.[1] ?? DEFAULT_LANGUAGE;
}

/** Metadata that names `language`, changed only where it names another. */
export function withNotebookLanguage(metadata: JsonObject, language: string): JsonObject {
  const silent = metadata["language_info"] === undefined && metadata["kernelspec"] === undefined;
  if (language === "" || (!silent && notebookLanguage(metadata) === language)) return metadata;
  const rest = Object.entries(metadata).filter(([key]) => key !== "kernelspec" && key !== "language_info");
  const named = Object.hasOwn(LANGUAGE_METADATA, language) ? LANGUAGE_METADATA[language] : undefined;
  return { ...Object.fromEntries(rest), ...(named ?? { language_info: { name: language } }) };
}

/** The language of a code cell in a notebook of language `notebook`. */
export function cellLanguage(metadata: JsonObject, notebook: string): string {
  return field(metadata["vscode"], "languageId") ?? notebook;
}

/** Metadata that names a cell's language, changed only where it says another. */
export function withCellLanguage(metadata: JsonObject, language: string, notebook: string): JsonObject {
  if (language === "" || cellLanguage(metadata, notebook) === language) return metadata;
  const vscode = metadata["vscode"];
  const old = isRecord(vscode) ? vscode : {};
  return { ...metadata, vscode: { ...old, languageId: language } };
}

/** Metadata without a cell's language, for files that say it elsewhere. */
export function withoutCellLanguage(metadata: JsonObject): JsonObject {
  const { vscode, ...rest } = metadata;
  if (!isRecord(vscode) || vscode["languageId"] === undefined) return metadata;
  const kept = Object.entries(vscode).filter(([key]) => key !== "languageId");
  return kept.length === 0 ? rest : { ...rest, vscode: Object.fromEntries(kept) };
}

function field(value: JsonValue | undefined, key: string): string | undefined {
  const text = isRecord(value) && Object.hasOwn(value, key) ? readString(value[key], NAME_LIMIT) : undefined;
  const name = text?.trim().toLowerCase();
  return name === "" ? undefined : name;
}

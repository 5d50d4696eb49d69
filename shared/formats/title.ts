import type { JsonObject } from "../base/parse.ts";
import type { CellKind } from "../notebook/cell.ts";
import { TITLE_LIMIT } from "../notebook/readNotebook.ts";

const FENCE = /^ {0,3}(?:```|~~~)/;
const HEADING = /^ {0,3}#[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/;
const UNDERLINE = /^ {0,3}=+[ \t]*$/;

/**
 * The title of an imported notebook: what its metadata says; else the level 1 heading of its first text cell; else the
 * name of the file without its extension; else nothing. The file's name comes last, so that two people who import one
 * file under two names (`lab.ipynb`, `lab (1).ipynb`) mostly get one notebook.
 */
export function titleOf(
  metadata: JsonObject,
  cells: readonly { readonly kind: CellKind; readonly source: string }[],
  fileName: string,
): string {
  const given = metadata["title"];
  if (typeof given === "string" && given.trim() !== "") return given.trim().slice(0, TITLE_LIMIT);
  const first = cells.find((cell) => cell.kind === "markdown" && cell.source.trim() !== "");
  const heading = first === undefined ? "" : headingOf(first.source);
  return (heading === "" ? fileStem(fileName) : heading).slice(0, TITLE_LIMIT);
}

/** `Lab 1` for `/home/ana/Lab 1.ipynb`. */
export function fileStem(fileName: string): string {
  const name = fileName.split(/[/\\]/).at(-1) ?? "";
  return name.replace(/\.[A-Za-z]{1,8}$/, "").trim();
}

function headingOf(markdown: string): string {
  let fenced = false;
  let previous = "";
  for (const line of markdown.split("\n")) {
    if (FENCE.test(line)) fenced = !fenced;
    if (!fenced) {
      const text = HEADING.exec(line)?.[1] ?? (UNDERLINE.test(line) ? previous : "");
      if (plain(text) !== "") return plain(text);
    }
    previous = line;
  }
  return "";
}

/** Without links, images, tags and marks of emphasis. */
function plain(heading: string): string {
  return heading
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>/g, "")
    .replace(/[*_`]+/g, "")
    .trim();
}

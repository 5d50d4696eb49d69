import { escapeText, insertion } from "../javascript/insertions.ts";
import { isEscaped, type TemplateValue } from "./readTemplate.ts";

/**
 * JavaScript that gives the texts and values of a cell to a tag, as a template literal in which every line and column is
 * where it is in the cell. `before` must end in the tag, `after` begins where the literal has ended. The tag must take
 * off what `templateTexts` takes off.
 */
export function templateCode(
  source: string,
  values: readonly TemplateValue[],
  { before, after }: { readonly before: string; readonly after: string },
): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of values) {
    parts.push(text(source, at, start), source.slice(start, end));
    at = end;
  }
  parts.push(text(source, at, source.length));
  return `${insertion(`${before}\``)}${parts.join("")}${insertion(`\`${after}`)}`;
}

/** Text as it must stand in a literal. `\\${` stands for a dollar and a brace in JavaScript, too. */
function text(source: string, start: number, end: number): string {
  return source.slice(start, end).replace(/[`\\]|\$(?=\{)/g, (char, at: number) => {
    const place = start + at;
    const escapes = char === "\\" && source.startsWith("${", place + 1) && isEscaped(source, place + 1);
    // A dollar that begins no value, as in a comment of SQL.
    const isText = char === "$" && isEscaped(source, place);
    return escapes || isText ? char : escapeText(char);
  });
}

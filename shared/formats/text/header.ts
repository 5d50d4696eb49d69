// The YAML header of a text notebook. Its text is kept as it is (under `meshbook.header` in the notebook's metadata, so
// that it survives a way through .ipynb); of what it says only the title and the language are understood.

import { isRecord, type JsonObject } from "../../base/parse.ts";
import { parseRawJson } from "../json/parseRawJson.ts";
import { rawString } from "../json/rawJson.ts";

const TITLE = /^title:[ \t]*(.*)$/m;
const LANGUAGE = /^[ \t]+language:[ \t]*["']?([\w+#.-]+)/m;
const KERNEL = /^[ \t]+name:[ \t]*["']?(python|javascript|typescript|deno)/m;

export interface Header {
  readonly title: string | undefined;
  readonly language: string | undefined;
}

export function readHeader(yaml: string): Header {
  const title = TITLE.exec(yaml)?.[1]?.trim();
  const language = (LANGUAGE.exec(yaml) ?? KERNEL.exec(yaml))?.[1]?.toLowerCase();
  return { title: title === undefined ? undefined : unquote(title), language };
}

/** The header with a title, which is its first line if it had none. */
export function withTitle(yaml: string | undefined, title: string): string {
  const line = `title: ${JSON.stringify(title)}`;
  if (yaml === undefined || yaml === "") return line;
  return TITLE.test(yaml) ? yaml.replace(TITLE, () => line) : `${line}\n${yaml}`;
}

/** The header as notebook metadata. */
export function headerMetadata(yaml: string | undefined): JsonObject {
  if (yaml === undefined) return {};
  const { title } = readHeader(yaml);
  return { meshbook: { header: yaml }, ...(title !== undefined && title !== "" && { title }) };
}

export function headerOf(metadata: JsonObject): string | undefined {
  const own = metadata["meshbook"];
  const header = isRecord(own) ? own["header"] : undefined;
  // A line that would end the header early can only come from a hand that meant no good.
  return typeof header === "string" && !/^---$|\r/m.test(header) ? header : undefined;
}

function unquote(value: string): string {
  const parsed = value.startsWith('"') ? parseRawJson(value) : undefined;
  if (parsed?.ok === true) return rawString(parsed.value) ?? value;
  const single = /^'(.*)'$/.exec(value)?.[1];
  return single === undefined ? value : single.replaceAll("''", "'");
}

// Reads Prometheus's text format 0.0.4 as strictly as Prometheus does, so that what we write is what it takes.

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const VALUE = String.raw`"(?:[^"\\\n]|\\["\\n])*"`;
const LABELS = String.raw`\{[a-zA-Z_][a-zA-Z0-9_]*=${VALUE}(?:,[a-zA-Z_][a-zA-Z0-9_]*=${VALUE})*\}`;
const SAMPLE = new RegExp(`^(${NAME})(${LABELS})? (NaN|[+-]Inf|-?[0-9.]+(?:e[+-]?[0-9]+)?)$`);

/** The value of each series, by name with labels. @throws Error that names the line that is wrong */
export function readExposition(text: string): ReadonlyMap<string, number> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const types = new Map<string, string>();
  const values = new Map<string, number>();
  for (const line of text.slice(0, -1).split("\n")) {
    const [, kind, name = "", rest = ""] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.*)$`).exec(line) ?? [];
    if (kind === "TYPE") {
      if (types.has(name) || !["counter", "gauge"].includes(rest)) throw new Error(`a wrong type: ${line}`);
      types.set(name, rest);
    }
    if (kind !== undefined) continue;
    const [, series = "", labels = "", value = ""] = SAMPLE.exec(line) ?? [];
    if (!types.has(series)) throw new Error(`no sample of a known metric: ${line}`);
    if (values.has(series + labels)) throw new Error(`said twice: ${line}`);
    if (types.get(series) === "counter" && !series.endsWith("_total")) throw new Error(`a counter is named: ${line}`);
    values.set(series + labels, value.endsWith("Inf") ? Number(`${value}inity`) : Number(value));
  }
  return values;
}

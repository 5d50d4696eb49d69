import { inspectValue } from "./inspectValue.ts";

const DIRECTIVE = /%([sdifoOcj%])/g;

/**
 * What a console prints for the arguments of one call: `%s`-like directives first, the rest after spaces.
 * `trace` gives the text of an error with where it happened.
 */
export function formatLog(parts: readonly unknown[], trace: (error: Error) => string): string {
  const [first, ...rest] = parts;
  /** Text stands as it is, everything else as a value. */
  const formatPart = (part: unknown): string => {
    if (typeof part === "string") return part;
    return part instanceof Error ? trace(part) : inspectValue(part);
  };
  if (typeof first !== "string") return parts.map(formatPart).join(" ");
  let used = 0;
  const head = first.replace(DIRECTIVE, (directive, kind: string) => {
    if (kind === "%") return "%";
    if (used >= rest.length) return directive;
    return formatDirective(kind, rest[used++]);
  });
  return [head, ...rest.slice(used).map(formatPart)].join(" ");
}

function formatDirective(kind: string, value: unknown): string {
  switch (kind) {
    case "d":
    case "i":
      return typeof value === "bigint" ? `${value}n` : String(Math.trunc(Number(value)));
    case "f":
      return String(Number(value));
    case "s":
      return typeof value === "string" ? value : inspectValue(value);
    // Style has no meaning in text.
    case "c":
      return "";
    default:
      return inspectValue(value);
  }
}

// Text as terminals understand it: colours by SGR sequences, and lines rewritten by carriage returns (progress bars).

/** A run of text in one style. `color` and `background` are a palette name (`red`, `bright-red`) or a CSS colour. */
export interface AnsiPart {
  readonly text: string;
  readonly style: AnsiStyle;
}

export interface AnsiStyle {
  readonly color?: string;
  readonly background?: string;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
}

const PALETTE = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;
/** One escape sequence: CSI … final byte; OSC … end; or a lone escape with its letter. Only CSI … m has a meaning here. */
// oxlint-disable-next-line no-control-regex
const ESCAPE = /\u001b\[([0-?]*)[ -/]*([@-~])|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_a-z]?/g;
const PLAIN: AnsiStyle = {};

export function parseAnsi(text: string): readonly AnsiPart[] {
  const source = applyReturns(text);
  if (!source.includes("\u001b")) return source === "" ? [] : [{ text: source, style: PLAIN }];
  const parts: AnsiPart[] = [];
  let style = PLAIN;
  let from = 0;
  const put = (to: number): void => {
    if (to > from) parts.push({ text: source.slice(from, to), style });
  };
  for (const match of source.matchAll(ESCAPE)) {
    put(match.index);
    from = match.index + match[0].length;
    if (match[2] === "m") style = applyCodes(style, (match[1] ?? "").split(/[;:]/).map(Number));
  }
  put(source.length);
  return parts;
}

/** What stands after the last carriage return of a line is what a terminal shows at its start. */
function applyReturns(text: string): string {
  if (!text.includes("\r")) return text;
  return text
    .replace(/\r+\n/g, "\n")
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").split("\r").reduce(overwrite, ""))
    .join("\n");
}

const overwrite = (before: string, after: string): string => after + before.slice(after.length);

function applyCodes(before: AnsiStyle, codes: readonly number[]): AnsiStyle {
  let style = before;
  for (let at = 0; at < codes.length; at++) {
    const code = codes[at] ?? 0;
    if (code === 38 || code === 48) {
      const { color, used } = readColor(codes.slice(at + 1));
      at += used;
      if (color !== undefined) style = { ...style, [code === 38 ? "color" : "background"]: color };
    } else style = applyCode(style, code);
  }
  return style;
}

function applyCode(style: AnsiStyle, code: number): AnsiStyle {
  if (code === 0) return PLAIN;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 3) return { ...style, italic: true };
  if (code === 4) return { ...style, underline: true };
  if (code === 22) return without(style, "bold", "dim");
  if (code === 23) return without(style, "italic");
  if (code === 24) return without(style, "underline");
  if (code === 39) return without(style, "color");
  if (code === 49) return without(style, "background");
  const name = PALETTE[code % 10];
  if (name === undefined) return style;
  if (code >= 30 && code <= 37) return { ...style, color: name };
  if (code >= 40 && code <= 47) return { ...style, background: name };
  if (code >= 90 && code <= 97) return { ...style, color: `bright-${name}` };
  if (code >= 100 && code <= 107) return { ...style, background: `bright-${name}` };
  return style;
}

function without(style: AnsiStyle, ...keys: readonly (keyof AnsiStyle)[]): AnsiStyle {
  const entries = Object.entries(style).filter(([key]) => !keys.some((gone) => gone === key));
  return Object.fromEntries(entries);
}

/** `5;n` (a palette of 256) or `2;r;g;b`, and how many codes that took. */
function readColor(codes: readonly number[]): { readonly color: string | undefined; readonly used: number } {
  const [kind, a = 0, b = 0, c = 0] = codes;
  if (kind === 2) return { color: `rgb(${byte(a)} ${byte(b)} ${byte(c)})`, used: 4 };
  if (kind === 5) return { color: paletteColor(byte(a)), used: 2 };
  return { color: undefined, used: 0 };
}

const byte = (value: number): number => Math.min(Math.max(Math.trunc(value) || 0, 0), 255);

function paletteColor(index: number): string {
  const name = PALETTE[index % 8] ?? "white";
  if (index < 8) return name;
  if (index < 16) return `bright-${name}`;
  if (index >= 232) return gray(8 + (index - 232) * 10);
  const level = (value: number): number => (value === 0 ? 0 : 55 + value * 40);
  const cube = index - 16;
  return `rgb(${level(Math.floor(cube / 36))} ${level(Math.floor(cube / 6) % 6)} ${level(cube % 6)})`;
}

const gray = (value: number): string => `rgb(${value} ${value} ${value})`;

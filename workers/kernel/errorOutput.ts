import type { CellId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { CellCodes, CellFrame, CellPlace } from "./CellCodes.ts";
import { inspectValue } from "./inspectValue.ts";

/** Frames of one error that are shown: enough for any cell, few enough for endless recursion. */
const FRAME_LIMIT = 16;
const CAUSE_LIMIT = 3;
/** Errors of one AggregateError. */
const MEMBER_LIMIT = 5;
/** Characters of an error's message. */
const MESSAGE_LIMIT = 20_000;
/** Characters of a source line shown around the place. */
const EXCERPT_WIDTH = 100;

export interface CellError {
  readonly output: CellOutput & { readonly output_type: "error" };
  /** Innermost place in the failed cell. */
  readonly at: CellPlace | undefined;
}

/** An error as another language tells it. */
export interface ForeignError {
  readonly ename: string;
  readonly evalue: string;
  /** From the innermost to the outermost. */
  readonly frames: readonly { readonly name: string; readonly place: CellPlace }[];
  /** Lines that say more, after the place. */
  readonly notes: readonly string[];
}

/** An error, or whatever else was thrown, as an output of the cell `failed`. Never throws. */
export function errorOutput(error: unknown, failed: CellId, codes: CellCodes): CellError {
  const { ename, evalue } = describe(error);
  const frames = framesOf(error, codes);
  return {
    output: { output_type: "error", ename, evalue, traceback: traceLines(error, failed, codes) },
    at: frames.find((frame) => frame.place?.cell === failed)?.place,
  };
}

/** An error of another language, in the same form. `causes`: those before it, each with how it came to this one. */
export function foreignErrorOutput(
  error: ForeignError,
  causes: readonly (ForeignError & { readonly how: string })[],
  failed: CellId,
): CellError {
  const { ename, evalue, frames, notes } = error;
  const [innermost] = frames;
  const traceback = [
    ...framed(error, frames, failed),
    ...(innermost === undefined ? [] : excerpt(innermost.place)),
    ...(notes.length === 0 ? [] : ["", ...notes]),
    ...causes.flatMap((cause) => {
      const [head = "", ...places] = framed(cause, cause.frames, failed);
      return [`${cause.how} ${head}`, ...places];
    }),
  ];
  const at = frames.find(({ place }) => place.cell === failed)?.place;
  return { output: { output_type: "error", ename, evalue, traceback }, at };
}

/** The same as lines of text, for errors that are printed. */
export function traceLines(error: unknown, current: CellId | undefined, codes: CellCodes): readonly string[] {
  const frames = framesOf(error, codes);
  const place = frames.find((frame) => frame.place !== undefined)?.place;
  return [
    ...headAndFrames(error, current, frames),
    ...(place === undefined ? [] : excerpt(place)),
    ...causes(error, current, codes),
  ];
}

function headAndFrames(error: unknown, current: CellId | undefined, frames: readonly CellFrame[]): readonly string[] {
  return framed(describe(error), frames, current);
}

function framed(
  { ename, evalue }: { readonly ename: string; readonly evalue: string },
  frames: readonly CellFrame[],
  current: CellId | undefined,
): readonly string[] {
  const shown = frames.slice(0, FRAME_LIMIT).map((frame) => `    at ${showFrame(frame, current)}`);
  const left = frames.length - shown.length;
  return [evalue === "" ? ename : `${ename}: ${evalue}`, ...shown, ...(left > 0 ? [`    … ${left} more`] : [])];
}

function showFrame({ name, place }: CellFrame, current: CellId | undefined): string {
  if (place === undefined) return name;
  const cell = place.cell === current ? "cell" : `cell ${place.cell}`;
  const where = `${cell} line ${place.line}:${place.column}`;
  return name === "" ? where : `${name} (${where})`;
}

/** The line with a caret under the place; of a long line, the part around it. */
function excerpt({ line, column, text }: CellPlace): readonly string[] {
  if (text.trim() === "") return [];
  const from = Math.max(0, Math.min(column - EXCERPT_WIDTH / 2, text.length - EXCERPT_WIDTH));
  const shown = text.slice(from, from + EXCERPT_WIDTH).replaceAll("\t", " ");
  const gutter = `${line} | `;
  return ["", `${gutter}${shown}`, `${" ".repeat(gutter.length + column - 1 - from)}^`];
}

function causes(error: unknown, current: CellId | undefined, codes: CellCodes): readonly string[] {
  const lines: string[] = [];
  const tell = (how: string, other: unknown): void => {
    const [head = "", ...frames] = headAndFrames(other, current, framesOf(other, codes));
    lines.push(`${how} ${head}`, ...frames);
  };
  for (const member of membersOf(error)) tell("Contains", member);
  let cause = causeOf(error);
  for (let depth = 0; depth < CAUSE_LIMIT && cause !== undefined; depth++) {
    tell("Caused by", cause);
    cause = causeOf(cause);
  }
  return lines;
}

function membersOf(error: unknown): readonly unknown[] {
  const members = error instanceof AggregateError ? read((): unknown => error.errors) : undefined;
  return Array.isArray(members) ? members.slice(0, MEMBER_LIMIT) : [];
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? read(() => error.cause) : undefined;
}

function framesOf(error: unknown, codes: CellCodes): readonly CellFrame[] {
  const stack = error instanceof Error ? read(() => error.stack) : undefined;
  return typeof stack === "string" ? codes.frames(stack) : [];
}

function describe(error: unknown): { ename: string; evalue: string } {
  if (!(error instanceof Error)) return { ename: "Thrown", evalue: inspectValue(error) };
  const name = read(() => error.name);
  const message = read(() => error.message);
  return {
    ename: typeof name === "string" && name !== "" ? name.slice(0, 200) : "Error",
    evalue: typeof message === "string" ? message.slice(0, MESSAGE_LIMIT) : "",
  };
}

/** A property of an error is the cell's own code at times. */
function read(get: () => unknown): unknown {
  try {
    return get();
  } catch {
    return undefined;
  }
}

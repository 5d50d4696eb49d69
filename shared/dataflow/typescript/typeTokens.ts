import { getFormattedTokens } from "sucrase";
import { OPTIONS } from "./stripTypes.ts";

/** A token of a cell, where what is a type differs from what is executed. Offsets are UTF-16 units of the cell's text. */
export interface TypeToken {
  readonly text: string;
  readonly from: number;
  readonly isType: boolean;
}

/** `1:7-1:8   name …`: where a token begins and ends, from 1. */
const LINE = /^(\d+):(\d+)-(\d+):(\d+)\s/;
const FLAG = "isType";

/** The tokens of a cell without comments; undefined for one that cannot be read. */
export function typeTokens(source: string): readonly TypeToken[] | undefined {
  return read(source, 0) ?? read(`(${source}\n)`, 1);
}

/** `shift`: characters that were put before the cell. */
function read(text: string, shift: number): readonly TypeToken[] | undefined {
  const starts = lineStarts(text);
  // reason: both numbers stand in what LINE matched, and begin at 1.
  const offset = (line: string, column: string): number => (starts[Number(line) - 1] ?? 0) + Number(column) - 1;
  try {
    const [head = "", ...lines] = getFormattedTokens(text, OPTIONS).split("\n");
    const flag = head.indexOf(FLAG);
    return lines.flatMap((line) => {
      const [, line1, column1, line2, column2] = LINE.exec(line) ?? [];
      if (line1 === undefined || column1 === undefined || line2 === undefined || column2 === undefined) return [];
      const [from, to] = [offset(line1, column1), offset(line2, column2)];
      return [{ text: text.slice(from, to), from: from - shift, isType: line.slice(flag).startsWith(FLAG) }];
    });
  } catch {
    // A mistake in the cell, which whoever executes it is told.
    return undefined;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

import { CellId } from "#shared/base/ids.ts";
import { isRecord } from "#shared/base/parse.ts";
import type { ForeignError } from "../kernel/errorOutput.ts";

/** How a cell ended, as kernel.py tells it. A cell may have changed kernel.py: what is not there is left out. */
export interface PythonEnd {
  readonly status: "ok" | "error" | "interrupted";
  readonly error: ForeignError | undefined;
  readonly causes: readonly (ForeignError & { readonly how: string })[];
}

export function readPythonEnd(json: string): PythonEnd {
  const value: unknown = JSON.parse(json);
  if (!isRecord(value)) throw new TypeError("Python's kernel gave no end");
  if (value["status"] === "ok" || value["status"] === "interrupted") {
    return { status: value["status"], error: undefined, causes: [] };
  }
  const causes = listOf(value["causes"]).map((cause) => ({ ...readError(cause), how: text(cause, "how") }));
  return { status: "error", error: readError(value["error"]), causes };
}

function readError(value: unknown): ForeignError {
  return {
    ename: text(value, "ename"),
    evalue: text(value, "evalue"),
    frames: listOf(field(value, "frames")).flatMap(readFrame),
    notes: listOf(field(value, "notes")).filter((note) => typeof note === "string"),
  };
}

function readFrame(value: unknown): ForeignError["frames"] {
  const cell = CellId.parse(field(value, "cell"));
  if (cell === undefined) return [];
  const place = { cell, line: number(value, "line"), column: number(value, "column"), text: text(value, "text") };
  return [{ name: text(value, "name"), place }];
}

const field = (value: unknown, name: string): unknown => (isRecord(value) ? value[name] : undefined);
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function text(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === "string" ? found : "";
}

function number(value: unknown, name: string): number {
  const found = field(value, name);
  return typeof found === "number" && found >= 1 ? found : 1;
}

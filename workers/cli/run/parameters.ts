// Values given on the command line, as a cell of their own behind the one whose values they take the place of.

import type * as Y from "yjs";
import { BadInputError } from "#shared/base/errors.ts";
import type { CellId } from "#shared/base/ids.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { FlowReader, isExecutable } from "#shared/dataflow/FlowReader.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import { deleteCells, insertCells, type Deleter, type Place } from "#shared/notebook/editCells.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";

export type Parameters = ReadonlyMap<string, JsonValue>;

/** Tags of Jupyter's tools: the cell with default values, and the one that was put in. */
const DEFAULTS_TAG = "parameters";
const INJECTED_TAG = "injected-parameters";
const NAME = /^[\p{ID_Start}_]\p{ID_Continue}*$/u;

/** Adds `name=value` to what was given before; the value is JSON, or else text. @throws BadInputError */
export function addParameter(given: string, before: Parameters): Parameters {
  const [name, ...rest] = given.split("=");
  if (name === undefined || !NAME.test(name) || rest.length === 0) {
    throw new BadInputError(`${given} is no parameter: say --param NAME=VALUE`);
  }
  return new Map([...before, [name, readValue(rest.join("="))]]);
}

function readValue(text: string): JsonValue {
  try {
    // reason: what JSON.parse gives is JSON.
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/**
 * Puts cells that define the parameters into the notebook: behind the cell tagged `parameters` if there is one, else each
 * behind the first cell that defines its name, else first. What an earlier run put in is taken out.
 */
export function injectParameters(doc: Y.Doc, parameters: Parameters, by: Deleter): void {
  if (parameters.size === 0) return;
  const old = readNotebook(doc).cells.filter((cell) => hasTag(cell, INJECTED_TAG));
  deleteCells(
    doc,
    old.map(({ id }) => id),
    by,
  );
  const { cells, language } = readNotebook(doc);
  const written = cells.find(isExecutable)?.language ?? language;
  for (const [behind, names] of groupByPlace(cells, [...parameters.keys()])) {
    const source = names.map((name) => definition(written, name, parameters.get(name) ?? null)).join("\n");
    const place: Place = behind === undefined ? "start" : { after: behind };
    insertCells(doc, place, [{ kind: "code", language: written, source, metadata: { tags: [INJECTED_TAG] } }]);
  }
}

function groupByPlace(cells: readonly Cell[], names: readonly string[]): ReadonlyMap<CellId | undefined, string[]> {
  const tagged = cells.find((cell) => hasTag(cell, DEFAULTS_TAG));
  const flow = new FlowReader().read(cells);
  const definer = (name: string): CellId | undefined =>
    cells.find(({ id }) => {
      const compiled = flow.get(id)?.compiled;
      return compiled?.ok === true && compiled.value.defines.includes(name);
    })?.id;
  const groups = new Map<CellId | undefined, string[]>();
  for (const name of names) {
    const place = (tagged ?? { id: definer(name) }).id;
    groups.set(place, [...(groups.get(place) ?? []), name]);
  }
  return groups;
}

function hasTag({ metadata }: Cell, tag: string): boolean {
  const tags = metadata["tags"];
  return Array.isArray(tags) && tags.includes(tag);
}

function definition(language: string, name: string, value: JsonValue): string {
  return language === "python" ? `${name} = ${pythonLiteral(value)}` : `const ${name} = ${JSON.stringify(value)};`;
}

/** JSON in Python's words. */
function pythonLiteral(value: JsonValue): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  if (typeof value === "object") {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonLiteral(item)}`);
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value);
}

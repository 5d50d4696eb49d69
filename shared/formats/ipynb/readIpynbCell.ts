import { BadInputError } from "../../base/errors.ts";
import { contentHashOfText } from "../../base/hash.ts";
import { RunId, type CellId } from "../../base/ids.ts";
import type { JsonObject, JsonValue } from "../../base/parse.ts";
import { err, ok, type Result } from "../../base/result.ts";
import type { SeedCell } from "../../notebook/createNotebook.ts";
import type { OutputRef, RunRecord } from "../../notebook/runRecord.ts";
import { isRawArray, isRawObject, rawGet, rawString, rawToPlainObject, type RawJson } from "../json/rawJson.ts";
import { cellToRaw, countOf, kindOf, liveKeys, type CellContent, type CellContext } from "./cellToRaw.ts";
import { cellLanguage } from "./language.ts";
import { joinRaw, sourceText } from "./lines.ts";
import { importOutputs, type FileBlob, type NotJsonNumbers } from "./outputs.ts";
import { createSkeleton, isCanonical, writeSkeleton } from "./skeleton.ts";

export interface ReadCell {
  readonly seed: SeedCell;
  readonly blobs: readonly FileBlob[];
  /** Keys that the format requires and the cell lacked. */
  readonly lacked: readonly string[];
  /** True if it holds numbers that JSON does not have. */
  readonly notJson: boolean;
}

const RUN_ID_LENGTH = 22;

/** Reads one cell of a version 4 file; `number` counts from 1 and serves to say where something is wrong. */
export function readIpynbCell(
  raw: RawJson,
  { id, number }: { readonly id: CellId; readonly number: number },
  context: CellContext,
): Result<ReadCell, BadInputError> {
  const wrong = wrongIn(raw);
  if (wrong !== undefined || !isRawObject(raw)) {
    return err(new BadInputError(wrong?.reason ?? "is no cell", `cell ${number}${wrong?.place ?? ""}`));
  }
  const content = contentOf(raw, id, context);
  const imported = importOutputs(content.kind === "code" ? content.outputs.items : []);
  const run = runOf(content, imported.refs);
  const ipynb = skeletonOf(raw, content, imported.notJson, context);
  const known = rawString(rawGet(raw, "cell_type")) === content.kind;
  return ok({
    seed: {
      id,
      kind: content.kind,
      language: content.language,
      source: content.source,
      metadata: content.metadata,
      ...(run && { run }),
      ...(ipynb && { ipynb }),
    },
    blobs: imported.blobs,
    lacked: known ? liveKeys(content.kind, false).filter((key) => rawGet(raw, key) === undefined) : [],
    notJson: Object.keys(imported.notJson).length > 0,
  });
}

interface Wrong {
  readonly reason: string;
  readonly place?: string;
}

/** Why this is no cell of a type we know. Of unknown types nothing is expected. */
function wrongIn(raw: RawJson): Wrong | undefined {
  if (!isRawObject(raw)) return { reason: "a cell must be an object" };
  const type = rawString(rawGet(raw, "cell_type"));
  if (type === undefined) return { reason: "`cell_type` is missing or is no text" };
  if (kindOf(`"${type}"`) !== type) return undefined;
  const source = rawGet(raw, "source");
  if (source !== undefined && joinRaw(source) === undefined) {
    return { reason: "`source` must be a text or a list of texts" };
  }
  const metadata = rawGet(raw, "metadata");
  if (metadata !== undefined && !isRawObject(metadata)) return { reason: "`metadata` must be an object" };
  return type === "code" ? wrongOutput(rawGet(raw, "outputs")) : undefined;
}

function wrongOutput(outputs: RawJson | undefined): Wrong | undefined {
  if (outputs === undefined) return undefined;
  if (!isRawArray(outputs)) return { reason: "`outputs` must be a list" };
  const index = outputs.items.findIndex((output) => !isRawObject(output));
  return index < 0 ? undefined : { reason: "an output must be an object", place: `, output ${index + 1}` };
}

function contentOf(raw: RawJson, id: CellId, { notebookLanguage }: CellContext): CellContent {
  const kind = kindOf(rawGet(raw, "cell_type"));
  const metadata = objectOf(rawGet(raw, "metadata"));
  const outputs = rawGet(raw, "outputs");
  return {
    id,
    kind,
    language: kind === "code" ? cellLanguage(metadata, notebookLanguage) : notebookLanguage,
    source: sourceText(rawGet(raw, "source")) ?? "",
    metadata,
    count: kind === "code" ? countOf(rawGet(raw, "execution_count")) : undefined,
    outputs: outputs !== undefined && isRawArray(outputs) ? outputs : { items: [] },
  };
}

/** What the document remembers of a run that happened elsewhere. */
function runOf({ id, source, count }: CellContent, outputs: readonly OutputRef[]): RunRecord | undefined {
  if (count === undefined && outputs.length === 0) return undefined;
  const hashes = outputs.map(({ hash }) => hash).join(" ");
  const run = RunId.parse(contentHashOfText(`${id} ${count ?? ""} ${hashes}`).slice(0, RUN_ID_LENGTH));
  if (run === undefined) throw new Error("a hash is no run id");
  return {
    run,
    by: undefined,
    byName: "",
    where: { at: "here" },
    sourceHash: contentHashOfText(source),
    inputs: {},
    started: undefined,
    duration: undefined,
    status: "imported",
    count,
    outputs,
    errorAt: undefined,
  };
}

/**
 * What the model does not hold of this cell; undefined if nothing. Cells of files without ids always have one: by that
 * export knows that the cell came with the file and needs no id there.
 */
function skeletonOf(
  raw: RawJson,
  content: CellContent,
  notJson: NotJsonNumbers,
  context: CellContext,
): JsonValue | undefined {
  const given = rawGet(raw, "id") !== undefined;
  const canonical = cellToRaw(content, undefined, context).filter(([token]) => given || token !== '"id"');
  const skeleton = createSkeleton(isRawObject(raw) ? raw.entries : [], canonical);
  const kept: Record<string, JsonValue> = {};
  if (!isCanonical(skeleton, canonical)) kept["entries"] = writeSkeleton(skeleton);
  if (Object.keys(notJson).length > 0) kept["notJson"] = notJson;
  return Object.keys(kept).length > 0 || !context.ids ? kept : undefined;
}

function objectOf(raw: RawJson | undefined): JsonObject {
  return raw !== undefined && isRawObject(raw) ? rawToPlainObject(raw) : {};
}

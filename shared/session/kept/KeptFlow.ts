import type { CellId, ContentHash } from "../../base/ids.ts";
import { allNeeds } from "../../dataflow/flowGraph.ts";
import { namesOf, programOf, type FlowCell, type NotebookFlow } from "../../dataflow/resolveInputs.ts";
import { parseGathered } from "../../notebook/gathered/gathered.ts";
import { GATHERED_MIME } from "../../notebook/gathered/gatheredMime.ts";
import { parseOutput } from "../../notebook/output.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import type { CellProgram } from "../../ports/Kernel.ts";
import { keptKey } from "./keptKey.ts";
import type { FoundResult, KeptResults } from "./KeptResults.ts";
import { keptCell, keptValuesCell, missingCell, namesGathered } from "./keptProgram.ts";

export interface KeptFlowTools {
  readonly blobs: Pick<BlobStore, "get">;
  /** The last run of a cell. */
  record(cell: CellId): RunRecord | undefined;
  /** Results that the notebook keeps. */
  readonly kept?: Pick<KeptResults, "find">;
  /** A program with the pins of its imports as they stand. */
  readonly asMoved: (program: CellProgram) => CellProgram;
}

const AWAY =
  "What the computers of the class gave for a cell that this one reads is not here now. Run that cell again.";

/**
 * `flow` as `cell` is to be executed in it: cells that ran on everybody give what was gathered, and those whose result is
 * kept give that, and are not executed again. `isThere`: the kernel has the cell's values. The same flow, at once, if it
 * reads from none.
 */
export function keptFlow(
  flow: NotebookFlow,
  cell: CellId,
  tools: KeptFlowTools,
  isThere: (cell: CellId) => boolean = () => false,
): NotebookFlow | Promise<NotebookFlow> {
  const kept = [...allNeeds(flow, cell)].flatMap((needed) => {
    const record = needed === cell ? undefined : tools.record(needed);
    const known = flow.get(needed);
    if (known === undefined || record === undefined || isThere(needed)) return [];
    return record.where.at === "everybody" || keyOf(record) !== undefined ? [{ known, record }] : [];
  });
  return kept.length === 0 ? flow : replaced(flow, kept, tools);
}

const keyOf = ({ kept, status }: RunRecord): ContentHash | undefined =>
  status === "ok" && kept !== undefined && "key" in kept ? kept.key : undefined;

async function replaced(
  flow: NotebookFlow,
  kept: readonly { readonly known: FlowCell; readonly record: RunRecord }[],
  tools: KeptFlowTools,
): Promise<NotebookFlow> {
  const cells = await Promise.all(
    kept.map(({ known, record }) =>
      record.where.at === "everybody" ? gatheredCell(known, record, tools) : resultCell(known, record, tools),
    ),
  );
  const changed = new Map(flow);
  for (const cell of cells) changed.set(cell.id, cell);
  return changed;
}

/**
 * The cell itself, to be executed again, if its result is not here any more. Whoever writes records could name the key of
 * another cell's result, or of what this one gave before it was changed: the key must follow from the program as it is. For
 * which inputs it was given is as the result says: what tells values apart is in kernels, and to make them here is what
 * keeping saves. Whoever can write the records could as well sign a false result of the right inputs.
 */
async function resultCell(cell: FlowCell, record: RunRecord, { kept, asMoved }: KeptFlowTools): Promise<FlowCell> {
  const key = keyOf(record);
  const found = key && (await kept?.find(key));
  const program = programOf(cell);
  if (found === undefined || program === undefined || !isOf(asMoved(program), key, found)) return cell;
  if (!cell.compiled.ok || cell.compiled.value.language !== found.language) return cell;
  const { defines } = cell.compiled.value;
  return defines.every((name) => Object.hasOwn(found.values, name))
    ? keptValuesCell(cell, pick(found.values, defines))
    : cell;
}

function isOf(program: CellProgram, key: ContentHash | undefined, { entry }: FoundResult): boolean {
  const { follows } = entry;
  if (follows === undefined || program.language === "sql") return false;
  const { language, code, defines, pins } = program;
  return keptKey({ language, code, defines, pins, ...follows }) === key;
}

/** Only the names the cell defines: what else stands in a result is nobody's. */
const pick = (values: Readonly<Record<string, string>>, names: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, values[name] ?? ""]));

async function gatheredCell(cell: FlowCell, { outputs }: RunRecord, { blobs }: KeptFlowTools): Promise<FlowCell> {
  const ref = outputs.find(({ mime }) => mime === GATHERED_MIME);
  const stored = ref && ref.inline === undefined ? await blobs.get(ref.hash).catch(() => undefined) : undefined;
  const text = ref?.inline ?? (stored && new TextDecoder().decode(stored));
  if (text === undefined) return missingCell(cell, AWAY);
  const parts = partsIn(text);
  return parts.length === 0 ? missingCell(cell, AWAY) : keptCell(cell, namesGathered(namesOf(cell).defines, parts));
}

function partsIn(text: string): ReturnType<typeof parseGathered> {
  try {
    const output = parseOutput(JSON.parse(text));
    return output?.output_type === "display_data" ? parseGathered(output.data[GATHERED_MIME]) : [];
  } catch {
    // Not JSON: a damaged blob.
    return [];
  }
}

import type { CellId } from "../../base/ids.ts";
import { allNeeds } from "../../dataflow/flowGraph.ts";
import { namesOf, type FlowCell, type NotebookFlow } from "../../dataflow/resolveInputs.ts";
import { parseGathered } from "../../notebook/gathered/gathered.ts";
import { GATHERED_MIME } from "../../notebook/gathered/gatheredMime.ts";
import { parseOutput } from "../../notebook/output.ts";
import type { RunRecord } from "../../notebook/runRecord.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import { keptCell, missingCell, namesGathered } from "./keptProgram.ts";

export interface KeptFlowTools {
  readonly blobs: Pick<BlobStore, "get">;
  /** The last run of a cell. */
  record(cell: CellId): RunRecord | undefined;
}

const AWAY =
  "What the computers of the class gave for a cell that this one reads is not here now. Run that cell again.";

/**
 * `flow` as `cell` is to be executed in it: cells that ran on everybody give what was gathered, and are not executed
 * again. The same flow, at once, if it reads from none.
 */
export function keptFlow(flow: NotebookFlow, cell: CellId, tools: KeptFlowTools): NotebookFlow | Promise<NotebookFlow> {
  const kept = [...allNeeds(flow, cell)].flatMap((needed) => {
    const record = needed === cell ? undefined : tools.record(needed);
    const known = flow.get(needed);
    return known !== undefined && record?.where.at === "everybody" ? [{ known, record }] : [];
  });
  return kept.length === 0 ? flow : replaced(flow, kept, tools);
}

async function replaced(
  flow: NotebookFlow,
  kept: readonly { readonly known: FlowCell; readonly record: RunRecord }[],
  tools: KeptFlowTools,
): Promise<NotebookFlow> {
  const cells = await Promise.all(kept.map(({ known, record }) => gatheredCell(known, record, tools)));
  const changed = new Map(flow);
  for (const cell of cells) changed.set(cell.id, cell);
  return changed;
}

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

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as Y from "yjs";
import { contentHashOfText } from "#shared/base/hash.ts";
import { readIpynb, type ReadNotebook } from "#shared/formats/ipynb/readIpynb.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { writeIpynb } from "#shared/formats/ipynb/writeIpynb.ts";
import { RunId, type CellId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { createOutputRef, outputMime } from "#shared/notebook/outputRef.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { OutputRef, RunRecord } from "#shared/notebook/runRecord.ts";

const FOLDER = new URL("../fixtures/notebooks/", import.meta.url);

/** Names of the notebooks in test/fixtures/notebooks. */
export const NOTEBOOKS: readonly string[] = readdirSync(fileURLToPath(FOLDER)).filter((name) =>
  name.endsWith(".ipynb"),
);

export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, FOLDER)));
}

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");

/** Reads a notebook that must be readable. */
export function readGood(bytes: Uint8Array): ReadNotebook {
  const read = readIpynb(bytes);
  if (!read.ok) throw read.error;
  return read.value;
}

/** A document as a peer has it that received the notebook over the network: nothing but the update's bytes. */
export function openDraft(read: Pick<ReadNotebook, "draft">): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, seedUpdate(contentHashOfText(JSON.stringify(read.draft)), read.draft));
  return doc;
}

/** Finds output bodies in the blobs that came with a file. */
export function bodiesOf(read: Pick<ReadNotebook, "blobs">): (ref: OutputRef) => string | undefined {
  const bodies = new Map(read.blobs.map(({ hash, bytes }) => [hash as string, textOf(bytes)]));
  return (ref) => bodies.get(ref.hash);
}

/** A fixture opened as a document, with what saving it now would give. */
export function openFixture(name: string): { doc: Y.Doc; save: () => string; original: string } {
  const read = readGood(fixture(name));
  const doc = openDraft(read);
  return { doc, save: () => writeIpynb(doc, bodiesOf(read)).text, original: textOf(fixture(name)) };
}

export const idsOf = (doc: Y.Doc): CellId[] => readNotebook(doc).cells.map(({ id }) => id);

/** What tests look at in a written notebook. */
export interface NotebookJson {
  readonly nbformat: number;
  readonly nbformat_minor: number;
  readonly metadata: Record<string, unknown>;
  readonly cells: (Record<string, unknown> & { id?: string; outputs?: unknown[]; metadata: Record<string, unknown> })[];
}

export const notebookJson = (text: string): NotebookJson => JSON.parse(text) as NotebookJson;

/** Lines that only one of two texts has, as a diff with one hunk shows them. */
export function changedLines(before: string, after: string): { removed: string[]; added: string[] } {
  const [a, b] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return { removed: a.slice(start, a.length - end), added: b.slice(start, b.length - end) };
}

/** A run that ended here, with its outputs. */
export function endedRun(outputs: readonly CellOutput[], rest: Partial<RunRecord> = {}): RunRecord {
  return {
    run: RunId.create(),
    by: undefined,
    byName: "Ana",
    where: { at: "here" },
    sourceHash: undefined,
    inputs: {},
    started: undefined,
    duration: undefined,
    status: "ok",
    count: 3,
    outputs: outputs.map((output) => createOutputRef(JSON.stringify(output), outputMime(output)).ref),
    errorAt: undefined,
    ...rest,
  };
}

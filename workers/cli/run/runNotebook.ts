import { homedir } from "node:os";
import { join } from "node:path";
import { MemoryBlobStore } from "#shared/adapters/memory/MemoryBlobStore.ts";
import { BadInputError } from "#shared/base/errors.ts";
import { PeerId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { referencedHashes } from "#shared/notebook/referencedHashes.ts";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { readOrigins } from "../../agent/agentOptions.ts";
import { endTracing, openTracing } from "../../agent/openTracing.ts";
import { packageLoaders } from "../../agent/packages/packageLoaders.ts";
import { probeSlots } from "../../agent/startSlots.ts";
import { readAny, writeAny, type ConvertFormat, type ReadFile } from "../files/convertFormats.ts";
import { knownFormat, nameOf, readInput, STANDARD, writeOutput } from "../files/notebookFile.ts";
import { withCellNumbers } from "./cellNumbers.ts";
import { executeNotebook, outputsOf, type EndedCell, type Executed } from "./executeNotebook.ts";
import { LimitedKernel } from "./LimitedKernel.ts";
import { injectParameters } from "./parameters.ts";
import { LONGEST_TIMEOUT, type RunOptions } from "./runOptions.ts";
import { TracedKernel } from "./TracedKernel.ts";

/** Packages that cells imported are kept there. */
const PACKAGES_FOLDER = join(homedir(), ".meshbook", "packages");

/** Exit code of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

/** What `--json` prints, on one line. */
interface RunReport {
  readonly in: string;
  readonly out: string | null;
  readonly cells: number;
  readonly ran: number;
  readonly seconds: number;
  /** `cell`: its place, from 1. `line`: in the cell, from 1. */
  readonly failed: { readonly cell: number; readonly message: string; readonly line: number | null } | null;
}

/**
 * Executes the notebook and writes or prints what it gave. Resolves with the exit code.
 * @throws Error for input that is no notebook, and for what cannot be written.
 */
export async function runNotebook(file: string, options: RunOptions): Promise<number> {
  const { out } = options;
  const from = options.from ?? knownFormat(file, "--from");
  const to = out === undefined ? undefined : (options.to ?? knownFormat(out, "--to"));
  const read = await readAny(file === STANDARD ? "" : file, await readInput(file), from);
  if (!read.ok) throw new BadInputError(read.error.message, nameOf(file, "standard input"), { cause: read.error });
  const { doc } = read.value;
  injectParameters(doc, options.param ?? new Map(), {
    peer: PeerId.createPassing(),
    name: "meshbook run",
    at: unixMs(Date.now()),
  });
  const blobs = await storeOf(read.value);
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  const begun = performance.now();
  const told: Promise<void>[] = [];
  // As they end, unless the notebook is what they are written to.
  const onEnd = (ended: EndedCell): void => {
    if (out === undefined && options.json !== true) told.push(print(ended, blobs));
  };
  const origins = readOrigins(options.allowOrigin ?? []);
  if (!origins.ok) throw origins.error;
  const packages = { cache: PACKAGES_FOLDER, wheels: options.wheels, base: undefined, origins: origins.value };
  const { start } = await probeSlots(packageLoaders(packages));
  const telemetry = openTracing("meshbook-run");
  const whole = telemetry?.tracer.begin("run notebook", { parent: telemetry.parent });
  const startLimited = async (): Promise<Kernel> => {
    const kernel = new LimitedKernel(await start(), options.timeout ?? LONGEST_TIMEOUT);
    return telemetry && whole ? new TracedKernel(kernel, telemetry.tracer, whole.context) : kernel;
  };
  const executed = await executeNotebook({ doc, blobs, start: startLimited, signal: interrupt.signal, onEnd });
  await Promise.all(told);
  whole?.end({ facts: { "meshbook.cells": executed.ran }, error: executed.failed?.record.status });
  await endTracing(telemetry);
  if (out !== undefined && to !== undefined) await write(read.value, blobs, { out, to });
  const time = Math.round(performance.now() - begun) / 1000;
  await report({ file, cells: read.value.cells, executed, time, blobs }, options);
  if (interrupt.signal.aborted) return INTERRUPTED;
  return executed.failed === undefined ? 0 : 1;
}

async function storeOf({ bodies }: ReadFile): Promise<MemoryBlobStore> {
  const blobs = new MemoryBlobStore();
  for (const body of bodies.values()) await blobs.put(body);
  return blobs;
}

async function write(read: ReadFile, blobs: MemoryBlobStore, to: { out: string; to: ConvertFormat }): Promise<void> {
  const bodies = new Map(read.bodies);
  for (const hash of referencedHashes(read.doc)) {
    const body = await blobs.get(hash);
    if (body !== undefined) bodies.set(hash, body);
  }
  const written = await writeAny({ ...read, bodies }, to.to);
  for (const warning of written.warnings) console.error(`warning: ${warning}`);
  await writeOutput(to.out, written.bytes);
}

/** What a cell showed, as text: results on standard output, the rest where the cell sent it. */
async function print({ record }: EndedCell, blobs: MemoryBlobStore): Promise<void> {
  for (const output of await outputsOf(record, blobs)) {
    if (output.output_type === "error") continue;
    const stream = output.output_type === "stream" && output.name === "stderr" ? process.stderr : process.stdout;
    stream.write(textOf(output));
  }
}

function textOf(output: Exclude<CellOutput, { output_type: "error" }>): string {
  if (output.output_type === "stream") return output.text;
  const text = output.data["text/plain"];
  return typeof text === "string" ? `${text}\n` : `[${Object.keys(output.data).join(", ")}]\n`;
}

interface Done {
  readonly file: string;
  readonly cells: number;
  readonly executed: Executed;
  /** Seconds. */
  readonly time: number;
  readonly blobs: MemoryBlobStore;
}

async function report({ file, cells, executed, time, blobs }: Done, { out, json }: RunOptions): Promise<void> {
  const { ran, failed } = executed;
  const error =
    failed && [...(failed.late ? [failed.late] : []), ...(await outputsOf(failed.record, blobs))].find(isError);
  const said = error === undefined ? "it was ended before it was done" : `${error.ename}: ${error.evalue}`;
  const message = withCellNumbers(said, executed.cells);
  if (json === true) {
    const place = failed && { cell: failed.number, message, line: failed.record.errorAt?.line ?? null };
    const done: RunReport = { in: file, out: out ?? null, cells, ran, seconds: time, failed: place ?? null };
    // Standard output may carry the notebook.
    (out === STANDARD ? console.error : console.log)(JSON.stringify(done));
    return;
  }
  if (failed !== undefined) {
    const line = failed.record.errorAt === undefined ? "" : `, line ${failed.record.errorAt.line}`;
    console.error(`meshbook run: cell ${failed.number}${line}: ${message}`);
  } else if (out !== undefined && out !== STANDARD) console.log(`${out}: ${ran} cells ran in ${time.toFixed(1)} s`);
}

const isError = (output: CellOutput): output is CellOutput & { output_type: "error" } => output.output_type === "error";

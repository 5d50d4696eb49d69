// Between a page and the worker that evaluates cells. The worker runs strangers' code: everything that comes back is
// parsed like a message from the network. Requests go through comlink; the page never exposes anything to the worker
// (comlink follows any path a caller names, so an exposed callback would hand the page's own prototypes to a cell).

import { CellId, type RunId } from "../../base/ids.ts";
import { isRecord, readBoolean, readInteger, readString } from "../../base/parse.ts";
import { mib, type Bytes } from "../../base/units.ts";
import type { KernelEnd, KernelRequest, ValueQuestion } from "../../ports/Kernel.ts";
import type { ClusterAnswer } from "../../ports/ClusterTask.ts";
import type { ValueCopy } from "./copyQuestion.ts";
import type { LoadedModules } from "./loadedModules.ts";
import type { PythonFiles } from "./pythonFiles.ts";
import type { SqlFiles } from "./sqlFiles.ts";
import type { LoadedWheels } from "./wheels.ts";

/** Exposed by a kernel worker through comlink. */
export interface KernelWorkerApi {
  /**
   * Executes `program` after those of `before`. Means to answer a `KernelWorkerAnswer`; `KernelWorkerEvents` come on the same
   * port before it.
   */
  execute(request: KernelWorkerRequest): Promise<unknown>;
  /** Starts Python. Answers with a `LanguageStart`. Called once, before cells need it. */
  startPython(files: PythonFiles): Promise<unknown>;
  /** Starts SQL, likewise. */
  startSql(files: SqlFiles): Promise<unknown>;
  /** Gives cells Observable Plot, likewise. */
  startPlot(program: Blob): Promise<unknown>;
  /** Takes modules that cells may import from now on. */
  addModules(modules: LoadedModules): void;
  /** Installs packages of Python, and takes why others are not there. After `startPython`. */
  addWheels(wheels: LoadedWheels): Promise<void>;
  /** Answers a `KernelWorkerQuestion` that asked for it here, or, by `ALLOWED`, a `KernelWorkerCopy`; undefined refuses. */
  answer(text: string | undefined): void;
  /** Answers a `ClusterQuestion`. */
  answerCluster(call: number, answer: ClusterAnswer): void;
  /** Answers with JSON text (`parseValueAnswer`). Asked only while nothing is executed. */
  inspect(question: ValueQuestion): Promise<unknown>;
}

/** `turn`: number of the execution, by which it can be interrupted. */
export interface KernelWorkerRequest extends KernelRequest {
  readonly turn: number;
}

/** Worker → page, on comlink's port, once: the worker can execute. */
export interface KernelWorkerReady {
  readonly type: "ready";
}

/**
 * Worker → page, on comlink's port: outputs of `run` in order. Those of the running cell come before its answer; what a
 * finished run prints later (a timer) comes at any time.
 */
export interface KernelWorkerEvents {
  readonly type: "events";
  readonly run: RunId;
  /** JSON text of an array of nbformat outputs. Text, so that its size is known and it can hold nothing but JSON. */
  readonly json: string;
}

/** Worker → page, on comlink's port: a cell of `run` waits for a line of text. */
export interface KernelWorkerQuestion {
  readonly type: "question";
  readonly run: RunId;
  readonly prompt: string;
  readonly secret: boolean;
  /** Whom to give the answer to: a worker whose thread sleeps hears only what the frame writes into shared memory. */
  readonly answer: "frame" | "worker";
}

/** Worker → page, on comlink's port: a cell of `run` waits for leave to copy a large value. Answered by `answer`. */
export interface KernelWorkerCopy extends ValueCopy {
  readonly type: "copy";
  readonly run: RunId;
}

/** UTF-16 units of a prompt. What is longer is cut by the worker. */
export const PROMPT_LIMIT = 2_000;

/** Reads a question; undefined for anything a sound worker does not ask. */
export function parseQuestion(value: unknown): Omit<KernelWorkerQuestion, "type" | "run"> | undefined {
  if (!isRecord(value)) return undefined;
  const prompt = readString(value["prompt"], PROMPT_LIMIT);
  const secret = readBoolean(value["secret"]);
  const answer = value["answer"] === "worker" ? "worker" : "frame";
  return prompt === undefined || secret === undefined ? undefined : { prompt, secret, answer };
}

/** UTF-16 units of one `KernelWorkerEvents.json`: all a run may show, and room for escapes. */
export const EVENTS_LIMIT: Bytes = mib(24);

/** What `execute` of a worker answers: the end, with the outputs that came last, so that a page shows both in one step. */
export interface KernelWorkerAnswer extends KernelWorkerEnd {
  /** As `KernelWorkerEvents.json`; left out if there are none. */
  readonly outputs?: string;
}

/** How an execution ended. An `error` was reported as an output before; `interrupted`: it was told to stop. */
export interface KernelWorkerEnd {
  readonly status: "ok" | "error" | "interrupted";
  /** The cell that failed: the requested one, or one of `before`. */
  readonly cell: CellId;
  /** Where in that cell, 1-based, if known. */
  readonly line?: number;
  readonly column?: number;
}

const LARGEST_PLACE = 1_000_000_000;

/** Reads an answer of `execute`; undefined for anything a sound worker does not answer. */
export function parseKernelWorkerEnd(value: unknown): KernelEnd | undefined {
  if (!isRecord(value)) return undefined;
  const cell = CellId.parse(value["cell"]);
  if (cell === undefined) return undefined;
  if (value["status"] === "ok") return { status: "ok" };
  if (value["status"] === "interrupted") return { status: "interrupted", stateLost: false };
  if (value["status"] !== "error") return undefined;
  const line = readInteger(value["line"], 1, LARGEST_PLACE);
  const column = readInteger(value["column"], 1, LARGEST_PLACE);
  return { status: "error", cell, at: line === undefined || column === undefined ? undefined : { line, column } };
}

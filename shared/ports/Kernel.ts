import type { Dispose } from "../base/dispose.ts";
import type { CellId, KernelId, PeerId, RoomId, RunId } from "../base/ids.ts";
import { mib, ms, type Bytes, type Milliseconds } from "../base/units.ts";
import type { ControlValues } from "../notebook/controls/control.ts";
import type { CellOutput } from "../notebook/output.ts";
import type { ClusterAnswer, ClusterRequest } from "./ClusterTask.ts";
import type { PackagePin } from "../notebook/packagePins.ts";
import type { WheelPin } from "../notebook/wheelPins.ts";
import type { KernelPlace } from "./KernelPlace.ts";

/** Text one run may print before the rest is cut with a notice: more stalls every reader's page. */
export const STREAM_LIMIT: Bytes = mib(1);
/** All outputs of one run together; what goes beyond is cut with a notice. */
export const OUTPUT_LIMIT: Bytes = mib(10);
/** Printed text is gathered this long before it is handed on: a print in a loop must not flood the page. */
export const OUTPUT_BATCH: Milliseconds = ms(50);

/** Languages whose cells a kernel executes. */
export type CellLanguage = "javascript" | "python" | "sql";

/** One cell, compiled for a kernel of its language. Made by shared/dataflow; a kernel only evaluates. */
export interface CellProgram {
  readonly cell: CellId;
  readonly language: CellLanguage;
  readonly code: string;
  /** Name the cell reads → cell whose definition it reads. That cell has run in this kernel, or stands in `before`. */
  readonly inputs: Readonly<Record<string, CellId>>;
  /** Names the cell defines. */
  readonly defines: readonly string[];
  /** Where somebody moved its controls; left out where nobody did. */
  readonly controls?: ControlValues;
  /** What the cell imports, as `CompiledCell` says. A kernel that knows how to come by it gets it before it executes. */
  readonly imports?: readonly string[];
  /** Memory it may take, where its kernel can bound that; left out where the kernel's own bound is meant. */
  readonly memory?: Bytes;
  /** What its notebook has pinned of them, by the text that names it; for kernels that cannot look there. */
  readonly pins?: ImportPins;
}

/** Modules of npm, or wheels of Python in the order in which they are installed. */
export interface ImportPins {
  readonly modules?: Readonly<Record<string, PackagePin>>;
  readonly wheels?: Readonly<Record<string, readonly WheelPin[]>>;
}

export interface KernelRequest {
  readonly run: RunId;
  readonly program: CellProgram;
  /** Cells to execute first, in order, because their values are not in this kernel. Their outputs are not reported. */
  readonly before: readonly CellProgram[];
  /** Whose cells they are; told to kernels on agents, which are of no notebook. */
  readonly notebook?: RoomId;
  /** How long it may take. Kept to by whoever asks; only a kernel on an agent keeps to it itself. */
  readonly limit?: Milliseconds;
}

/** True if the request has a cell in this language, itself or before. */
export const needs = (needed: CellLanguage, { program, before }: KernelRequest): boolean =>
  [program, ...before].some(({ language }) => language === needed);

/** A cell that has a variable of this name itself gets the library for nothing, which is no harm. */
const PLOT = /\bPlot\b/;

/** True if a cell of the request, itself or before, may draw with Observable Plot. */
export const needsPlot = ({ program, before }: KernelRequest): boolean =>
  [...before, program].some(({ language, code }) => language === "javascript" && PLOT.test(code));

/** How an execution ended. A mistake of the user is `error`, with its output reported before; never a rejection. */
export type KernelEnd =
  | { readonly status: "ok" }
  | {
      readonly status: "error";
      /** The cell that failed: the requested one, or one of `before`. */
      readonly cell: CellId;
      readonly at: { readonly line: number; readonly column: number } | undefined;
    }
  /** Stopped by the signal. `stateLost`: the kernel had to be ended, all its values are gone. */
  | { readonly status: "interrupted"; readonly stateLost: boolean };

/** What a run waits for, beside its own computing. */
export type KernelWait =
  /** A language, or Observable Plot, is being started, which takes a moment the first time. */
  | { readonly on: "start"; readonly language: CellLanguage | "plot" }
  /** Packages that its cells import are being fetched. */
  | { readonly on: "packages" }
  /** Leave to load code from an origin, which no user of this device has given yet. Answered by `ALLOWED` or anything else. */
  | { readonly on: "permission"; readonly origin: string }
  /** Leave to copy a large value to another language. Answered by `ALLOWED` or anything else. */
  | { readonly on: "copy"; readonly name: string; readonly size: Bytes; readonly to: CellLanguage }
  /** A connection to the class. */
  | { readonly on: "connection" }
  /** An agent that is not here; its name, as far as it is known. */
  | { readonly on: "agent"; readonly name: string }
  /** The agent that it was given to, which has not answered (`asked`), or where it is not its turn yet (`queued`). */
  | { readonly on: "turn"; readonly state: "asked" | "queued" }
  /** A line of text from the user. `secret`: it is not to be seen. */
  | { readonly on: "input"; readonly prompt: string; readonly secret: boolean };

/** The answer by which a user lets a run do what it waits for leave to do. */
export const ALLOWED = "allow";

/** A value, and how to come to it: a variable, then properties of it. */
export interface ValuePath {
  /** The cell that defines the variable; undefined for what the language gives by itself. */
  readonly cell: CellId | undefined;
  readonly language: CellLanguage;
  readonly names: readonly string[];
}

export interface ValueQuestion {
  /** At most `PATHS_LIMIT` (shared/contracts/kernel/valueQuestion.ts). */
  readonly paths: readonly ValuePath[];
  /** Tell the members, too. */
  readonly members: boolean;
}

export interface MemberFacts {
  readonly name: string;
  /** `computed`: what it is would be known only by executing something. */
  readonly kind: "function" | "class" | "value" | "computed";
}

/** What is known of a value from looking at it. */
export interface ValueFacts {
  readonly type: string;
  /** How much there is of it (`1,200 items`), where that means something. */
  readonly size: string | undefined;
  readonly preview: string;
  /** Parameters of a function in parentheses. */
  readonly signature: string | undefined;
  /** First lines of its documentation. */
  readonly doc: string | undefined;
  readonly members: readonly MemberFacts[];
}

/**
 * Executes cells and keeps the values they define, by cell. One execution at a time. Values go from cells of one language
 * to cells of another if they are plain data; else their reader ends with an error that names the value and the reason.
 * Adapters: a worker in the runner frame (page, desktop), a Deno process (agent), an agent over MQTT (RemoteKernel).
 */
export interface Kernel {
  readonly id: KernelId;
  /**
   * Executes one cell, reporting outputs in order as they come, at most `STREAM_LIMIT` and `OUTPUT_LIMIT` of them.
   * Resolves when the execution ended and its last output was reported.
   * @throws KernelLostError when the kernel died by itself; it must then be replaced.
   * @throws NotRunError from kernels elsewhere, when nothing of it was executed there. The kernel is as it was.
   */
  execute(request: KernelRequest, onOutput: (output: CellOutput) => void, signal: AbortSignal): Promise<KernelEnd>;
  /** True once the kernel is dead: it must be replaced. Left out by kernels that cannot tell before they are used. */
  readonly lost?: boolean;
  /** Cells whose values this kernel holds now. */
  holds(): ReadonlySet<CellId>;
  /**
   * Outputs that executions make after they ended (a timer that prints), from kernels that can tell. What one run prints
   * counts against its `STREAM_LIMIT` for ever.
   */
  onLate?(listener: (run: RunId, output: CellOutput) => void): Dispose;
  /** Tells what a run waits for, and undefined when it goes on. From kernels whose runs can wait. */
  onWait?(listener: (run: RunId, wait: KernelWait | undefined) => void): Dispose;
  /** Tells where a run is, from kernels whose runs may move between agents. */
  onPlace?(listener: (run: RunId, place: KernelPlace) => void): Dispose;
  /** Has a run done by this agent from now on, or by any. From kernels that tell places. Does nothing for other runs. */
  move?(run: RunId, to: PeerId | undefined): void;
  /**
   * Tells what a run asks of other computers; each question is to be answered once. From kernels whose runs can ask. The
   * answer to a run that has ended is of no interest.
   */
  onCluster?(listener: (run: RunId, request: ClusterRequest, answer: (answer: ClusterAnswer) => void) => void): Dispose;
  /** The line that `run` waits for. Does nothing if it waits for none. */
  answer?(run: RunId, text: string): void;
  /**
   * What is known of values it holds, from looking at them: one answer for each path, undefined where nothing is known.
   * Undefined altogether while it executes, or when it does not answer soon. Executes nothing. Left out by kernels that
   * cannot be asked.
   */
  inspect?(question: ValueQuestion): Promise<readonly (ValueFacts | undefined)[] | undefined>;
  /** Ends the kernel; a running execution rejects with KernelLostError. */
  close(): void;
}

/** Starts a kernel. Resolves when it can execute. */
export type StartKernel = () => Promise<Kernel>;

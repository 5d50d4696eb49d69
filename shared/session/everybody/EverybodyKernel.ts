import { KernelLostError, messageOf, NotRunError } from "../../base/errors.ts";
import { KernelId, RunId, type CellId, type PeerId } from "../../base/ids.ts";
import { kib, mib, ms, type Bytes, type Milliseconds } from "../../base/units.ts";
import { collectOutput } from "../../execution/collectOutput.ts";
import { gatheredOutput, NOTHING_KEPT, PART_LIMIT, type GatheredPart } from "../../notebook/gathered/gathered.ts";
import type { CellOutput } from "../../notebook/output.ts";
import type { Clock } from "../../ports/Clock.ts";
import { needs, type Kernel, type KernelEnd, type KernelRequest } from "../../ports/Kernel.ts";
import type { ClusterPlace } from "../cluster/ClusterTasks.ts";
import { keptBy } from "../kept/keepProgram.ts";
import type { AgentView } from "../views.ts";

/** What was gathered so far is shown this often: each time it is written anew for everybody who looks. */
const SHOW_EVERY: Milliseconds = ms(250);
/** Text of one computer's outputs … */
const PART_SIZE: Bytes = kib(256);
/** … and of all together, below what a run may show. */
const WHOLE_SIZE: Bytes = mib(6);
const LANGUAGES = ["javascript", "python", "sql"] as const;
const CUT: CellOutput = { output_type: "stream", name: "stderr", text: "[output of this computer cut]\n" };

/**
 * Stands for all computers of the class together: each execution runs once on every one that is here and fits, and shows
 * one output in which each has its part. Keeps no values itself: what each left stands in that output.
 */
export class EverybodyKernel implements Kernel {
  readonly id = KernelId.create();
  readonly #place: ClusterPlace;
  readonly #clock: Clock;
  readonly #open = new Set<Kernel>();

  constructor(place: ClusterPlace, clock: Clock) {
    this.#place = place;
    this.#clock = clock;
  }

  async execute(
    request: KernelRequest,
    onOutput: (output: CellOutput) => void,
    signal: AbortSignal,
  ): Promise<KernelEnd> {
    const agents = this.#place.agents().filter((agent) => fits(agent, request));
    if (agents.length === 0) throw new NotRunError(nobody(request));
    const board = new Board(agents.slice(0, PART_LIMIT), this.#clock, onOutput);
    await Promise.all(board.peers.map((peer) => this.#runOn(peer, request, { board, signal })));
    board.end();
    if (signal.aborted) return { status: "interrupted", stateLost: false };
    return board.anyOk ? { status: "ok" } : { status: "error", cell: request.program.cell, at: undefined };
  }

  /** Nothing: the values are on the computers that made them, and in the output. */
  holds(): ReadonlySet<CellId> {
    return new Set();
  }

  close(): void {
    for (const kernel of this.#open) kernel.close();
  }

  async #runOn(peer: PeerId, request: KernelRequest, given: { board: Board; signal: AbortSignal }): Promise<void> {
    const { board } = given;
    const kernel = this.#place.kernel(peer);
    if (kernel === undefined) {
      board.set(peer, { status: "left", error: "it left before it was asked" });
      return;
    }
    this.#open.add(kernel);
    try {
      board.set(peer, await this.#endOn(kernel, request, { ...given, peer }));
    } catch (error) {
      const reason = error instanceof KernelLostError && error.cause instanceof Error ? error.cause : error;
      board.set(peer, { status: error instanceof NotRunError ? "error" : "left", error: messageOf(reason) });
    } finally {
      this.#open.delete(kernel);
      kernel.close();
    }
  }

  async #endOn(
    kernel: Kernel,
    request: KernelRequest,
    { board, peer, signal }: { readonly board: Board; readonly peer: PeerId; readonly signal: AbortSignal },
  ): Promise<PartEnd> {
    // A run of its own on each: a run is known to whoever asked by its id alone.
    const end = await kernel.execute({ ...request, run: RunId.create() }, (output) => board.add(peer, output), signal);
    if (end.status === "interrupted") return { status: "stopped", error: "it was stopped" };
    if (end.status === "error") return { status: "error", error: board.errorOf(peer) };
    return { status: "ok", kept: await keptBy(kernel, request.program, signal) };
  }
}

type PartEnd = Pick<GatheredPart, "status"> & Partial<Pick<GatheredPart, "error" | "kept">>;

/** What each computer gave so far, shown now and then, and at the end. */
class Board {
  readonly #parts: Map<PeerId, GatheredPart>;
  readonly #clock: Clock;
  readonly #begin: Milliseconds;
  readonly #show: (output: CellOutput) => void;
  readonly #sizes = new Map<PeerId, number>();
  readonly #limit: number;
  #stop: (() => void) | undefined;
  #ended = false;

  constructor(agents: readonly AgentView[], clock: Clock, show: (output: CellOutput) => void) {
    this.#clock = clock;
    this.#begin = clock.monotonic();
    this.#show = show;
    this.#limit = Math.min(PART_SIZE, WHOLE_SIZE / agents.length);
    const nothing = { status: "running", error: "", duration: ms(0), outputs: [], kept: NOTHING_KEPT } as const;
    this.#parts = new Map(agents.map(({ peer, name }) => [peer, { peer, name, ...nothing }]));
    this.#show(gatheredOutput([...this.#parts.values()]));
  }

  get peers(): readonly PeerId[] {
    return [...this.#parts.keys()];
  }

  get anyOk(): boolean {
    return [...this.#parts.values()].some(({ status }) => status === "ok");
  }

  add(peer: PeerId, output: CellOutput): void {
    const part = this.#parts.get(peer);
    const before = this.#sizes.get(peer) ?? 0;
    if (part === undefined || before > this.#limit) return;
    const size = before + JSON.stringify(output).length;
    this.#sizes.set(peer, size);
    this.#change({ ...part, outputs: collectOutput(part.outputs, size > this.#limit ? CUT : output, undefined) });
  }

  set(peer: PeerId, end: PartEnd): void {
    const part = this.#parts.get(peer);
    const duration = ms(Math.round(this.#clock.monotonic() - this.#begin));
    if (part !== undefined) this.#change({ ...part, ...end, duration });
  }

  /** The error that a computer showed, in a line. */
  errorOf(peer: PeerId): string {
    const outputs = this.#parts.get(peer)?.outputs ?? [];
    const error = outputs.filter((output) => output.output_type === "error").at(-1);
    return error !== undefined ? `${error.ename}: ${error.evalue}`.slice(0, 1_000) : "it failed";
  }

  end(): void {
    this.#ended = true;
    this.#stop?.();
    this.#showNow();
  }

  #change(part: GatheredPart): void {
    if (this.#ended) return;
    this.#parts.set(part.peer, part);
    this.#stop ??= this.#clock.after(SHOW_EVERY, () => this.#showNow());
  }

  #showNow(): void {
    this.#stop = undefined;
    this.#show(gatheredOutput([...this.#parts.values()]));
  }
}

const fits = ({ languages, refuses, draining }: AgentView, request: KernelRequest): boolean =>
  refuses !== true &&
  draining !== true &&
  LANGUAGES.filter((language) => needs(language, request)).every((language) => languages.includes(language));

function nobody({ program }: KernelRequest): string {
  const language = { javascript: "JavaScript", python: "Python", sql: "SQL" }[program.language];
  return `no computer of the class that is here now runs ${language}`;
}

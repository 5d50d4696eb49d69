import { formatBytes } from "#shared/base/units.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { progressOutput, type Progress } from "#shared/notebook/progress.ts";
import { OUTPUT_COUNT_LIMIT } from "#shared/notebook/runRecord.ts";
import { OUTPUT_BATCH, OUTPUT_LIMIT, STREAM_LIMIT } from "#shared/ports/Kernel.ts";

/**
 * Progress is sent no more often: it is no faster to read, and a cell that tells it for hours stays within what a run may
 * send.
 */
const PROGRESS_EVERY = 250;

/** Errors of a run that nobody caught; of more only that there are more. A timer may throw for ever. */
const UNCAUGHT_LIMIT = 20;

// Taken before any cell runs: a cell that replaces them must not stop its own outputs.
const monotonic = performance.now.bind(performance);
const later = setTimeout;

/** A place in the order of outputs whose content is still being made (an image being encoded). */
interface Slot {
  output: CellOutput | undefined;
}

/** Hands outputs on. `last`: the run ends at once after them. */
export type SendOutputs = (events: readonly CellOutput[], last: boolean) => void;

/**
 * The outputs of one run on their way out: in order, gathered for `OUTPUT_BATCH`, cut with a notice at the limits.
 * The first print goes out at once, so that it is seen before a long computation ends; the value of the cell goes out with the
 * end, which follows it. Time is looked at in every print: in `while (true) console.log(i)` no timer ever rings.
 */
export class RunOutputs {
  readonly #send: SendOutputs;
  #queue: Slot[] = [];
  #sent = -Infinity;
  #timer = false;
  #printed = 0;
  #uncaught = 0;
  #size = 0;
  #count = 0;
  #lastStream: string | undefined;
  #closed = false;
  /** Progress that is not sent yet. */
  #progress: Progress | undefined;
  #progressed = -Infinity;
  #progressTimer = false;

  constructor(send: SendOutputs) {
    this.#send = send;
  }

  /** True when nothing more will be taken: whoever makes text for it can spare the work. */
  get closed(): boolean {
    return this.#closed;
  }

  print(name: "stdout" | "stderr", text: string): void {
    if (this.#closed || text === "") return;
    const left = STREAM_LIMIT - this.#printed;
    const fitting = cutUtf8(text, left);
    this.#printed += utf8Length(fitting);
    this.#addStream(name, fitting);
    if (fitting.length < text.length) {
      this.#close(`\n[output cut: one run may print ${formatBytes(STREAM_LIMIT)}]\n`);
    }
    this.#sendSoon();
  }

  show(output: CellOutput): void {
    if (this.#admit(output)) this.#add({ output });
    if (output.output_type !== "execute_result") this.#sendSoon();
  }

  /** An output that is being made; those after it wait. Resolves when it was made or could not be. */
  async showLater(making: Promise<CellOutput>): Promise<void> {
    if (this.#closed) return;
    const slot: Slot = { output: undefined };
    this.#add(slot);
    const output = await making;
    if (this.#admit(output)) slot.output = output;
    else this.#queue = this.#queue.filter((other) => other !== slot);
    this.#sendSoon();
  }

  /** How far the run has come: sent at once if nothing was sent of it for a while. Only the last is of interest. */
  progress(progress: Progress): void {
    if (this.#closed) return;
    this.#progress = progress;
    const left = PROGRESS_EVERY - (monotonic() - this.#progressed);
    if (left <= 0) this.flush();
    else if (!this.#progressTimer) {
      this.#progressTimer = true;
      later(() => {
        this.#progressTimer = false;
        this.flush();
      }, left);
    }
  }

  /** An error that nobody caught and that ended nothing. */
  showUncaught({ ename, evalue, traceback }: CellOutput & { readonly output_type: "error" }): void {
    if (++this.#uncaught > UNCAUGHT_LIMIT) return;
    const [head = "", ...rest] = traceback;
    const output_type = "error";
    this.show({ output_type, ename: `Uncaught ${ename}`, evalue, traceback: [`Uncaught ${head}`, ...rest] });
    if (this.#uncaught === UNCAUGHT_LIMIT) {
      this.print("stderr", `[only the first ${UNCAUGHT_LIMIT} errors that nobody caught are shown]\n`);
    }
    // At once: it may be that the run's end is about to be told.
    this.#sendReady();
  }

  /** The error that ended the run: shown whatever the limits say. */
  showError(output: CellOutput): void {
    this.#add({ output });
  }

  /** Hands on everything that is ready, and how far the run has come. */
  flush(): void {
    this.#queueProgress();
    this.#sendReady();
  }

  /** The same, at the end of the run. */
  end(): void {
    this.#queueProgress();
    this.#sendReady(true);
  }

  #sendReady(last = false): void {
    const waiting = this.#queue.findIndex((slot) => slot.output === undefined);
    const ready = waiting < 0 ? this.#queue.splice(0) : this.#queue.splice(0, waiting);
    if (ready.length === 0) return;
    this.#sent = monotonic();
    this.#send(
      ready.flatMap((slot) => slot.output ?? []),
      last,
    );
  }

  #sendSoon(): void {
    if (monotonic() - this.#sent >= OUTPUT_BATCH) this.#sendReady();
    if (this.#timer || this.#queue.length === 0) return;
    this.#timer = true;
    later(() => {
      this.#timer = false;
      this.#sendReady();
    }, OUTPUT_BATCH);
  }

  #queueProgress(): void {
    if (this.#progress === undefined) return;
    const output = progressOutput(this.#progress);
    this.#progress = undefined;
    // Later ones take the place of the first, which is the only one that counts.
    if (this.#progressed === -Infinity) this.#add({ output });
    else this.#queue.push({ output });
    this.#progressed = monotonic();
  }

  /** Counts an output against the limits; if it is too much, says so in its place. */
  #admit(output: CellOutput): boolean {
    if (this.#closed) return false;
    const size = sizeOf(output);
    if (this.#size + size > OUTPUT_LIMIT) {
      const notice = `[an output of ${formatBytes(size)} was left out: one run may show ${formatBytes(OUTPUT_LIMIT)}]\n`;
      this.#addStream("stderr", notice);
      return false;
    }
    this.#size += size;
    return true;
  }

  #addStream(name: "stdout" | "stderr", text: string): void {
    const last = this.#queue.at(-1)?.output;
    if (last?.output_type === "stream" && last.name === name) {
      this.#queue[this.#queue.length - 1] = { output: { ...last, text: last.text + text } };
    } else {
      this.#add({ output: { output_type: "stream", name, text } });
    }
  }

  #add(slot: Slot): void {
    const stream = slot.output?.output_type === "stream" ? slot.output.name : undefined;
    const joins = stream !== undefined && stream === this.#lastStream;
    this.#lastStream = stream;
    this.#queue.push(slot);
    if (!joins && ++this.#count === OUTPUT_COUNT_LIMIT - 2) {
      this.#close(`\n[output cut: one run may show ${OUTPUT_COUNT_LIMIT} outputs]\n`);
    }
  }

  #close(notice: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#queue.push({ output: { output_type: "stream", name: "stderr", text: notice } });
    // At once: what a loop prints from now on is not looked at, and no timer may ever ring.
    this.flush();
  }
}

/** About how large an output is as JSON. */
function sizeOf(output: CellOutput): number {
  if (output.output_type === "stream") return output.text.length;
  if (output.output_type === "error") return output.evalue.length + output.traceback.join("").length;
  return Object.values(output.data).reduce<number>(
    (sum, value) => sum + (typeof value === "string" ? value.length : JSON.stringify(value).length),
    0,
  );
}

/** The longest beginning of `text` that has at most `limit` bytes. */
function cutUtf8(text: string, limit: number): string {
  if (text.length * 3 <= limit) return text;
  const head = text.slice(0, limit);
  const { read } = new TextEncoder().encodeInto(head, new Uint8Array(Math.max(0, limit)));
  return text.slice(0, read);
}

function utf8Length(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // Each half of a surrogate pair counts for two of its four bytes.
    if (unit < 0x80) length += 1;
    else if (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000)) length += 2;
    else length += 3;
  }
  return length;
}

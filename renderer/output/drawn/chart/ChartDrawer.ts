import type { JsonValue } from "#shared/base/parse.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { ownProgram } from "../../../adapters/trusted.ts";
import chartWorker from "./chartWorker.ts?worker&url";
import type { ChartAnswer, ChartRequest } from "./chartWorker.ts";

/** A chart of a hundred thousand points takes some seconds; one that takes longer than this never ends, probably. */
const DRAW_LIMIT: Milliseconds = seconds(30);

/** Draws charts in one worker, which is ended with all it has to do if it takes too long. */
export class ChartDrawer {
  readonly #clock: Clock;
  #worker: Worker | undefined;
  readonly #drawing = new Map<number, (result: Result<string, string>) => void>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** An SVG, or for people why there is none. Never rejects. */
  draw(spec: JsonValue, dark: boolean): Promise<Result<string, string>> {
    const worker = (this.#worker ??= this.#start());
    const request: ChartRequest = { id: ++this.#count, spec, dark };
    return new Promise((resolve) => {
      const stop = this.#clock.after(DRAW_LIMIT, () => this.#giveUp("it takes too long to draw"));
      this.#drawing.set(request.id, (result) => {
        stop();
        this.#drawing.delete(request.id);
        resolve(result);
      });
      worker.postMessage(request);
    });
  }

  #start(): Worker {
    const worker = new Worker(ownProgram(chartWorker), { type: "module" });
    worker.onmessage = ({ data }: MessageEvent<ChartAnswer>) =>
      this.#drawing.get(data.id)?.("svg" in data ? ok(data.svg) : err(data.failure));
    worker.onerror = () =>
      this.#giveUp("the program that draws charts is not on this computer. Connect to where this page came from");
    return worker;
  }

  #giveUp(reason: string): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    for (const end of [...this.#drawing.values()]) end(err(reason));
  }
}

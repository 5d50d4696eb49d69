import mermaidUrl from "mermaid/dist/mermaid.min.js?url";
import { messageOf } from "#shared/base/errors.ts";
import { isRecord, readString } from "#shared/base/parse.ts";
import { err, ok, type Result } from "#shared/base/result.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { RunnerInit, RunnerRequest } from "#shared/contracts/page/runnerFrame.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import { openRunnerFrame } from "../../../adapters/runner/openRunnerFrame.ts";

/** Large diagrams take a second; one that takes longer than this will not be read by anybody either. */
const DRAW_LIMIT: Milliseconds = seconds(20);
/** UTF-16 units of a picture. */
const SVG_LIMIT = 4_000_000;
const FAILURE_LIMIT = 4_000;

const NOT_HERE =
  "what draws diagrams is not on this computer yet. Connect to where this page came from; from then on it works " +
  "without a network";

/**
 * Draws diagrams in a runner frame of their own. Mermaid's parsers read what strangers wrote, and put it into a document:
 * that document has no origin, no network, and nothing of a kernel or of the page in it. Pictures that come back are to be
 * cleaned like any other.
 */
export class DiagramFrame {
  readonly #url: string;
  readonly #clock: Clock;
  #opening: Promise<MessagePort> | undefined;
  #close: () => void = () => undefined;
  readonly #drawing = new Map<number, (result: Result<string, string>) => void>();
  #count = 0;

  constructor(url: string, clock: Clock) {
    this.#url = url;
    this.#clock = clock;
  }

  /** An SVG, or for people why there is none. Never rejects. */
  async draw(source: string, dark: boolean): Promise<Result<string, string>> {
    let port: MessagePort;
    try {
      this.#opening ??= this.#open();
      port = await this.#opening;
    } catch (error) {
      this.#opening = undefined;
      return err(messageOf(error));
    }
    const id = ++this.#count;
    return new Promise((resolve) => {
      const stop = this.#clock.after(DRAW_LIMIT, () => this.#giveUp());
      this.#drawing.set(id, (result) => {
        stop();
        this.#drawing.delete(id);
        resolve(result);
      });
      const request: RunnerRequest = { type: "draw", id, source, dark };
      port.postMessage(request);
    });
  }

  async #open(): Promise<MessagePort> {
    const program = await fetchProgram();
    const frame = await openRunnerFrame(this.#url, this.#clock);
    frame.title = "Draws the diagrams of this notebook";
    // Some diagrams are as wide as what they are drawn in.
    Object.assign(frame.style, { left: "0", top: "0", width: "800px", height: "600px", pointerEvents: "none" });
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", (event: MessageEvent<unknown>) => this.#receive(event.data));
    port1.start();
    const init: RunnerInit = { type: "meshbook-runner-init" };
    frame.contentWindow?.postMessage(init, "*", [port2]);
    const load: RunnerRequest = { type: "load", program };
    port1.postMessage(load);
    this.#close = () => {
      port1.close();
      frame.remove();
    };
    return port1;
  }

  /** Ends the frame with all it was drawing: nothing else stops a program that computes. */
  #giveUp(): void {
    this.#close();
    this.#opening = undefined;
    for (const end of [...this.#drawing.values()]) end(err("it takes too long to draw"));
  }

  #receive(message: unknown): void {
    if (!isRecord(message) || message["type"] !== "drawn" || typeof message["id"] !== "number") return;
    const end = this.#drawing.get(message["id"]);
    const svg = readString(message["svg"], SVG_LIMIT);
    const failure = readString(message["failure"], FAILURE_LIMIT);
    end?.(svg === undefined ? err(failure ?? "the picture is too large") : ok(svg));
  }
}

async function fetchProgram(): Promise<Blob> {
  try {
    const response = await fetch(mermaidUrl, { credentials: "same-origin" });
    if (!response.ok) throw new Error(`answered with ${response.status}`);
    // By another type it could not be a script.
    return new Blob([await response.blob()], { type: "text/javascript" });
  } catch (error) {
    throw new Error(NOT_HERE, { cause: error });
  }
}

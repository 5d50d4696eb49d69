import { messageOf } from "#shared/base/errors.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { KernelId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import { RUNNER_PATH } from "#shared/contracts/runnerFrame.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Kernel, StartKernel } from "#shared/ports/Kernel.ts";
import { FrameLink } from "./FrameLink.ts";
import type { LoadPython } from "./loadPython.ts";
import { WorkerKernel } from "./WorkerKernel.ts";

/** A frame or worker that has not started after this long will not: it takes a tenth of a second on a slow laptop. */
const START_LIMIT: Milliseconds = seconds(10);

export interface RunnerFrameOptions {
  readonly clock: Clock;
  /** Address of the runner page. */
  readonly url?: string;
  readonly loadPython: LoadPython;
}

/**
 * Starts kernels in a hidden frame of an opaque origin: one frame for one notebook of one author, because workers of one
 * frame can hear each other. The frame is made when first needed and replaced when it died.
 */
export class RunnerFrame {
  readonly #clock: Clock;
  readonly #url: string;
  readonly #loadPython: LoadPython;
  #link: Promise<FrameLink> | undefined;
  #closed = false;

  constructor(options: RunnerFrameOptions) {
    this.#clock = options.clock;
    this.#url = options.url ?? RUNNER_PATH;
    this.#loadPython = options.loadPython;
  }

  /** Starts a kernel. Rejects, saying why, when frame or worker cannot start; a later call tries again. */
  readonly start: StartKernel = async (): Promise<Kernel> => {
    const link = await this.#open();
    const id = KernelId.create();
    const { port1: port, port2: theirs } = new MessageChannel();
    const kernel = new WorkerKernel(id, port, {
      clock: this.#clock,
      loadPython: this.#loadPython,
      terminate: () => link.stop(id),
      interrupt: (turn) => link.interrupt(id, turn),
      answer: (text) => link.answer(id, text),
    });
    const ready = this.#limited("the kernel did not start in time", (resolve: () => void, reject) => {
      port.addEventListener("message", resolve, { once: true });
      link.start(id, theirs, (reason) => {
        reject(new Error(`the kernel could not be started: ${reason}`));
        kernel.lose(new Error(reason));
      });
    });
    port.start();
    try {
      // The worker's first message says that it is ready.
      await ready;
    } catch (error) {
      kernel.close();
      throw error;
    }
    return kernel;
  };

  /** Removes the frame; its kernels are lost. */
  close(): void {
    this.#closed = true;
    void this.#link?.then((link) => link.close("closed")).catch(() => undefined);
    this.#link = undefined;
  }

  #open(): Promise<FrameLink> {
    if (this.#closed) return Promise.reject(new Error("the runner frame was closed"));
    this.#link ??= this.#create();
    return this.#link;
  }

  async #create(): Promise<FrameLink> {
    const frame = document.createElement("iframe");
    // Not `display: none`: browsers slow down what is not rendered.
    Object.assign(frame.style, { position: "absolute", width: "0", height: "0", border: "0", visibility: "hidden" });
    frame.tabIndex = -1;
    frame.title = "Runs the code of this notebook";
    frame.setAttribute("aria-hidden", "true");
    frame.src = this.#url;
    let dispose: Dispose = () => undefined;
    try {
      const greeted = this.#limited("the frame that runs code did not start", (resolve: () => void) => {
        const listen = (event: MessageEvent<unknown>): void => {
          if (isHello(event, frame)) resolve();
        };
        window.addEventListener("message", listen);
        dispose = () => window.removeEventListener("message", listen);
      });
      document.body.append(frame);
      await greeted;
      const link = new FrameLink(frame, this.#clock);
      link.onClosed(() => (this.#link = undefined));
      return link;
    } catch (error) {
      frame.remove();
      this.#link = undefined;
      throw new Error(`Code cannot run on this page: ${messageOf(error)}. Reload the page and try again.`, {
        cause: error,
      });
    } finally {
      dispose();
    }
  }

  #limited(message: string, begin: (resolve: () => void, reject: (error: Error) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const dispose = this.#clock.after(START_LIMIT, () => reject(new Error(message)));
      begin(
        () => {
          dispose();
          resolve();
        },
        (error) => {
          dispose();
          reject(error);
        },
      );
    });
  }
}

/** The frame's own greeting, from its own window, and only if the browser has isolated it. */
function isHello(event: MessageEvent<unknown>, frame: HTMLIFrameElement): boolean {
  const { data, origin, source } = event;
  if (source === null || source !== frame.contentWindow || origin !== "null") return false;
  return typeof data === "object" && data !== null && "type" in data && data.type === "meshbook-runner-hello";
}

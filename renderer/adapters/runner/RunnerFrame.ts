import { messageOf } from "#shared/base/errors.ts";
import { KernelId } from "#shared/base/ids.ts";
import { RUNNER_PATH } from "#shared/contracts/page/runnerFrame.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Kernel, StartKernel } from "#shared/ports/Kernel.ts";
import { FrameLink } from "./FrameLink.ts";
import type { PackageLoaders } from "#shared/packages/KernelImports.ts";
import type { LanguageLoaders } from "./LanguageStarters.ts";
import { inTime, openRunnerFrame } from "./openRunnerFrame.ts";
import { WorkerKernel } from "./WorkerKernel.ts";

export interface RunnerFrameOptions extends LanguageLoaders, PackageLoaders {
  readonly clock: Clock;
  /** Address of the runner page. */
  readonly url?: string;
}

/**
 * Starts kernels in a hidden frame of an opaque origin: one frame for one notebook of one author, because workers of one
 * frame can hear each other. The frame is made when first needed and replaced when it died.
 */
export class RunnerFrame {
  readonly #clock: Clock;
  readonly #url: string;
  readonly #loaders: LanguageLoaders & PackageLoaders;
  /** What the user let be copied, until the page is left. */
  readonly #copies = new Set<string>();
  #link: Promise<FrameLink> | undefined;
  #closed = false;

  constructor(options: RunnerFrameOptions) {
    this.#clock = options.clock;
    this.#url = options.url ?? RUNNER_PATH;
    const { loadPython, loadSql, loadPlot, loadModules, loadWheels } = options;
    this.#loaders = { loadPython, loadSql, loadPlot, loadModules, loadWheels };
  }

  /** Starts a kernel. Rejects, saying why, when frame or worker cannot start; a later call tries again. */
  readonly start: StartKernel = async (): Promise<Kernel> => {
    const link = await this.#open();
    const id = KernelId.create();
    const { port1: port, port2: theirs } = new MessageChannel();
    const kernel = new WorkerKernel(id, port, {
      clock: this.#clock,
      ...this.#loaders,
      copies: this.#copies,
      terminate: () => link.stop(id),
      interrupt: (turn) => link.interrupt(id, turn),
      answer: (text) => link.answer(id, text),
    });
    const ready = inTime(this.#clock, "the kernel did not start in time", (resolve: () => void, reject) => {
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
    try {
      const link = new FrameLink(await openRunnerFrame(this.#url, this.#clock), this.#clock);
      link.onClosed(() => (this.#link = undefined));
      return link;
    } catch (error) {
      this.#link = undefined;
      throw new Error(`Code cannot run on this page: ${messageOf(error)}. Reload the page and try again.`, {
        cause: error,
      });
    }
  }
}

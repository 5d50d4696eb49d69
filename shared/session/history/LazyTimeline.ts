import { Value, type Readable } from "../../base/value.ts";
import { cellsMoment, type CellsMoment } from "../../history/cellChanges.ts";
import type { NotebookTimeline, NotebookTimelineOptions } from "./NotebookTimeline.ts";
import type { Timeline } from "./timeline.ts";

export interface LazyTimelineOptions extends Omit<NotebookTimelineOptions, "before"> {
  /** True when this device's storage has been read. */
  readonly loaded: Readable<boolean>;
  readonly idle: () => Promise<void>;
}

/** The history of an open notebook, whose code is loaded when the page is quiet. */
export class LazyTimeline {
  readonly #timeline = new Value<NotebookTimeline | undefined>(undefined);
  readonly #options: LazyTimelineOptions;
  #closed = false;

  constructor(options: LazyTimelineOptions) {
    this.#options = options;
    const { loaded, doc } = options;
    if (loaded.get()) void this.#open(cellsMoment(doc));
    // In the turn in which storage has been read, before anything can come from others.
    const stop = loaded.subscribe(() => {
      stop();
      void this.#open(cellsMoment(doc));
    });
  }

  get timeline(): Readable<Timeline | undefined> {
    return this.#timeline;
  }

  unload(): void {
    this.#timeline.get()?.unload();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#timeline.get()?.close();
  }

  async #open(before: CellsMoment | undefined): Promise<void> {
    const { idle, settled, logger } = this.#options;
    try {
      // What only begins to arrive is no state to keep, and taking it would hold up the rest.
      if (before === undefined) await settled;
      await idle();
      const { NotebookTimeline } = await import("./NotebookTimeline.ts");
      if (!this.#closed) this.#timeline.set(new NotebookTimeline({ ...this.#options, before }));
    } catch (error) {
      logger.error("the history of a notebook could not be opened", { error });
    }
  }
}

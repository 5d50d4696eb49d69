import { Value, type Readable } from "#shared/base/value.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { loadFlowReader } from "#shared/session/dataflow/loadFlowReader.ts";
import { prepareCells } from "#shared/session/dataflow/prepareCells.ts";
import type { Assist, AssistTools } from "./Assist.ts";

/** What helps with writing code. Loaded when somebody first goes into a text. */
export class EditorAssist {
  readonly #tools: AssistTools;
  readonly #loaded = new Value<Assist | undefined>(undefined);
  #loading = false;
  #closed = false;

  constructor(tools: AssistTools) {
    this.#tools = tools;
  }

  /** Undefined until it is here. */
  get loaded(): Readable<Assist | undefined> {
    return this.#loaded;
  }

  load(): void {
    if (this.#loading || this.#closed) return;
    this.#loading = true;
    // Offline on the first visit: one can write without it, and the next text asks again.
    this.#load().catch(() => (this.#loading = false));
  }

  async #load(): Promise<void> {
    const { doc, pause } = this.#tools;
    const [{ Assist: Loaded }, reader] = await Promise.all([import("./Assist.ts"), loadFlowReader(doc)]);
    await prepareCells(reader, readNotebook(doc).cells, pause);
    if (!this.#closed) this.#loaded.set(new Loaded(this.#tools, reader));
  }

  dispose(): void {
    this.#closed = true;
    this.#loaded.get()?.dispose();
  }
}

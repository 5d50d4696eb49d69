import { Value, type Readable } from "#shared/base/value.ts";
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
    import("./Assist.ts").then(
      ({ Assist: Loaded }) => {
        if (!this.#closed) this.#loaded.set(new Loaded(this.#tools));
      },
      // Offline on the first visit: one can write without it, and the next text asks again.
      () => (this.#loading = false),
    );
  }

  dispose(): void {
    this.#closed = true;
    this.#loaded.get()?.dispose();
  }
}

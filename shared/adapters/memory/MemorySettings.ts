import type { Dispose } from "../../base/dispose.ts";
import { Emitter } from "../../base/emitter.ts";
import type { JsonValue } from "../../base/parse.ts";
import type { Settings } from "../../ports/Settings.ts";

/** Settings until the process ends. */
export class MemorySettings implements Settings {
  readonly #values = new Map<string, JsonValue>();
  readonly #changed = new Emitter<string>();

  get(key: string): JsonValue | undefined {
    return this.#values.get(key);
  }

  set(key: string, value: JsonValue | undefined): void {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, structuredClone(value));
    this.#changed.emit(key);
  }

  subscribe(key: string, listener: () => void): Dispose {
    return this.#changed.subscribe((changed) => {
      if (changed === key) listener();
    });
  }
}

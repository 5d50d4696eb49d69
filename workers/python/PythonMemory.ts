import type { Bytes } from "#shared/base/units.ts";
import { PYTHON_MEMORY } from "#shared/contracts/kernel/memoryLimits.ts";

/** What the interpreter imports to ask for more memory, `size` bytes in all. The answer 0 makes Python raise MemoryError. */
const MORE_MEMORY = "emscripten_resize_heap";

/** Bounds the memory of one interpreter. */
export class PythonMemory {
  #refused = false;
  #bound: Bytes = PYTHON_MEMORY;

  get bound(): Bytes | undefined {
    return this.#bound;
  }

  /** From now on; undefined: as at the start. What it holds already it keeps: it gets no more. */
  set bound(limit: Bytes | undefined) {
    this.#bound = limit === undefined || limit > PYTHON_MEMORY ? PYTHON_MEMORY : limit;
  }

  /** `imports` of an interpreter that gets no more than its bound, but for the little by which it grows ahead. */
  limit(imports: WebAssembly.Imports): WebAssembly.Imports {
    const { env = {} } = imports;
    const grow = env[MORE_MEMORY];
    if (typeof grow !== "function") return imports;
    const limited = (size: number): unknown => {
      // Sizes from 2 GiB on come as negative numbers.
      this.#refused = size >>> 0 > this.#bound;
      // reason: the type of what WebAssembly imports says only that it is called.
      return this.#refused ? 0 : (grow as (size: number) => unknown)(size);
    };
    return { ...imports, env: { ...env, [MORE_MEMORY]: limited } };
  }

  /** True if memory was refused since this was asked last. */
  takeRefused(): boolean {
    const refused = this.#refused;
    this.#refused = false;
    return refused;
  }
}

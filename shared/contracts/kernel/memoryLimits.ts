// Memory that one kernel gives a language, where it can be bounded: WebAssembly is told where to end. Objects and buffers
// of JavaScript are the engine's own, which tells nobody how many there are; an agent bounds its slots as a whole.

import { formatBytes, type Bytes } from "../../base/units.ts";
import { DEFAULT_MEMORY_LIMIT } from "../../notebook/memoryLimit.ts";

/** What Python may hold in one kernel, where its cell has no limit of its own. */
export const PYTHON_MEMORY: Bytes = DEFAULT_MEMORY_LIMIT;

/** What DuckDB may hold in one kernel: it shares 4 GiB of addresses with what it hands out. */
export const SQL_MEMORY: Bytes = DEFAULT_MEMORY_LIMIT;

/** For whoever came to the limit. `limit`: a smaller one that was chosen for the cell. */
export function pythonMemoryFull(limit: Bytes | undefined): string {
  const chosen =
    limit === undefined
      ? ""
      : ", give it more (“Memory limit” in the menu of this cell, or under “What runs” for the whole notebook)";
  return (
    `Python has ${formatBytes(limit ?? PYTHON_MEMORY)} of memory in one kernel, and that is full. Make less at once, delete ` +
    `what is not needed (del name)${chosen}, or restart the kernel under “What runs”`
  );
}

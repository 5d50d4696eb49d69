// Memory that one kernel gives a language, where it can be bounded: WebAssembly is told where to end. Objects and buffers
// of JavaScript are the engine's own, which tells nobody how many there are; an agent bounds its slots as a whole.

import { formatBytes, mib, type Bytes } from "../base/units.ts";

/** What Python may hold in one kernel: the browser of a laptop with 8 GiB still has room for the page and another kernel. */
export const PYTHON_MEMORY: Bytes = mib(2048);

/** What DuckDB may hold in one kernel: it shares 4 GiB of addresses with what it hands out. */
export const SQL_MEMORY: Bytes = mib(2048);

/** For whoever came to the limit. */
export const PYTHON_MEMORY_FULL =
  `Python has ${formatBytes(PYTHON_MEMORY)} of memory in one kernel, and that is full. Make less at once, delete what is not needed ` +
  "(del name), or restart the kernel under “What runs”";

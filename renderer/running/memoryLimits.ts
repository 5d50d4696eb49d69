import { formatBytes, mib, type Bytes } from "#shared/base/units.ts";
import { DEFAULT_MEMORY_LIMIT } from "#shared/notebook/memoryLimit.ts";

/** Memory limits that one can choose. */
export const MEMORY_LIMITS: readonly Bytes[] = [mib(256), mib(512), mib(1024), DEFAULT_MEMORY_LIMIT];

/** `256 MiB`, `1 GiB`: all of them are whole. */
export const memoryInWords = (limit: Bytes): string => formatBytes(limit).replace(".0 ", " ");

/** What the limit does not hold for. */
export const MEMORY_LIMIT_MORE =
  "For Python and SQL, and for JavaScript on agents. A web page cannot limit the memory of JavaScript.";

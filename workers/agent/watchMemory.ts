import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { formatBytes, kib, type Bytes } from "#shared/base/units.ts";
import type { CellProgram } from "#shared/ports/Kernel.ts";
import { SLOT_MEMORY, SLOT_MEMORY_TEXT } from "./slotCommand.ts";

/** What of a slot is needed. */
export interface WatchedSlot {
  readonly pid: number | undefined;
  readonly lost: boolean;
  /** The reason is for people. */
  end(reason: string): void;
}

/** A cell that allocates as fast as it can passes the limit by a quarter before it is seen. */
const POLL_MS = 100;
/** Asking `ps` or `tasklist` costs a process. */
const POLL_SLOWLY_MS = 500;

/** Until `end`, ends a slot that takes more memory than its cell may: of one in JavaScript, which no engine bounds. */
export function boundMemory<End>(kernel: WatchedSlot, program: CellProgram, end: Promise<End>): Promise<End> {
  const { language, memory } = program;
  return memory === undefined || language !== "javascript" ? end : watchUntil(end, kernel, memory);
}

async function watchUntil<End>(end: Promise<End>, kernel: WatchedSlot, limit: Bytes): Promise<End> {
  const { pid } = kernel;
  if (pid === undefined) return end;
  let before: Bytes | undefined;
  const look = (): void =>
    readMemory(pid, (size) => {
      before ??= size;
      if (size - before > limit) kernel.end(`it took more than ${formatBytes(limit)} of memory, the limit of its cell`);
    });
  look();
  const timer = setInterval(look, process.platform === "linux" ? POLL_MS : POLL_SLOWLY_MS);
  try {
    return await end;
  } finally {
    clearInterval(timer);
  }
}

/** Where the operating system sets no limit: ends a slot that uses too much memory. */
export function watchMemory(kernel: WatchedSlot): void {
  const poll = process.platform === "linux" ? POLL_MS : POLL_SLOWLY_MS;
  const timer = setInterval(() => {
    if (kernel.lost || kernel.pid === undefined) {
      clearInterval(timer);
      return;
    }
    readMemory(kernel.pid, (size) => {
      if (size > SLOT_MEMORY) kernel.end(`it used more than ${SLOT_MEMORY_TEXT} of memory`);
    });
  }, poll);
  timer.unref();
}

/** Resident memory of a process; on Linux with those it started, where a slot may be wrapped. */
function readMemory(pid: number, report: (size: Bytes) => void): void {
  switch (process.platform) {
    case "linux":
      report(kib(residentKib(pid)));
      break;
    case "win32":
      execFile("tasklist", ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"], (_error, out) => report(memoryListed(out)));
      break;
    default:
      execFile("ps", ["-o", "rss=", "-p", String(pid)], (_error, out) => report(kib(Number(out) || 0)));
  }
}

/**
 * What Windows' `tasklist` says that a process has: `"deno.exe","4711","Console","1","123,456 K"`. How the number is grouped
 * and what the unit is called depends on the language of the system; it always is KiB. 0 where there is no such process.
 */
export function memoryListed(line: string): Bytes {
  const last = /"([^"]*)"\s*$/.exec(line)?.[1] ?? "";
  return kib(Number(last.replace(/\D/g, "")));
}

function residentKib(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
    return children
      .split(" ")
      .filter((child) => child !== "")
      .reduce((sum, child) => sum + residentKib(Number(child)), own);
  } catch {
    // It ended.
    return 0;
  }
}

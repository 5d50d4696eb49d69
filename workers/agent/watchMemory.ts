import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { kib, type Bytes } from "#shared/base/units.ts";
import type { DenoKernel } from "./DenoKernel.ts";
import { SLOT_MEMORY, SLOT_MEMORY_TEXT } from "./slotCommand.ts";

/** A cell that allocates as fast as it can passes the limit by a quarter before it is seen. */
const POLL_MS = 100;
/** Asking `ps` costs a process. */
const POLL_SLOWLY_MS = 500;

/** Where the operating system sets no limit: ends a slot that uses too much memory. */
export function watchMemory(kernel: DenoKernel): void {
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

/** Resident memory of a process and those it started. Windows has no cheap way to ask: the engine's heap limit holds. */
function readMemory(pid: number, report: (size: Bytes) => void): void {
  if (process.platform === "linux") report(kib(residentKib(pid)));
  if (process.platform === "darwin") {
    execFile("ps", ["-o", "rss=", "-p", String(pid)], (_error, out) => report(kib(Number(out) || 0)));
  }
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

// What the operating system says of processes. Linux only: the tests that use it say so.

import { readdirSync, readFileSync } from "node:fs";

/** A process and all below it, as far as they live. */
export function processTree(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean);
    return [pid, ...children.flatMap((child) => processTree(Number(child)))];
  } catch {
    return [pid];
  }
}

/** Names of a process's threads, each cut to 15 characters. None if it is gone. */
export function threadNames(pid: number): readonly string[] {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks).map((id) => readFileSync(`${tasks}/${id}/comm`, "utf8").trim());
  } catch {
    return [];
  }
}

/** True while the process runs. A zombie, which only waits to be counted by its parent, does not. */
export function isAlive(pid: number): boolean {
  try {
    const state = /^State:\s+(\w)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

/** Kills processes, of which some may be gone by then. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It went with another.
    }
  }
}

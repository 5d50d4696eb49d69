import type { ChildProcess } from "node:child_process";
import type { Child } from "./Supervisor.ts";

/** A child process of Node as the supervisor wants it. `end` asks it to end: by closing its channel or its input. */
export function nodeChild(child: ChildProcess, end: () => void): Child {
  const ended = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? "unknown"}`));
    child.once("error", (error) => resolve(error.message));
  });
  return { pid: child.pid, ended, end, kill: () => void child.kill("SIGKILL") };
}

/** The environment for a child that runs on our own executable, which in the desktop app is Electron. */
export function nodeEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
}

// A class host as users start it: the built command in a process of its own, with a data folder that is thrown away.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parseRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { ensureBuilt, MESHBOOK } from "./built.ts";

/** A host that says nothing for this long will not start any more (milliseconds). */
const START_LIMIT = 20_000;

export interface HostOptions {
  /** Kept by the caller; undefined = a new folder, removed by `stop`. */
  readonly data?: string;
  readonly args?: readonly string[];
  /** For Node itself, before the command: scripts that break its storage, for one. */
  readonly nodeArgs?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningHost {
  /** `http://127.0.0.1:…` */
  readonly base: string;
  /** `ws://127.0.0.1:…` */
  readonly webSocketBase: string;
  /** Of the class. A blind host knows none, and asking is an error. */
  readonly link: RoomLink;
  readonly ready: { readonly url: string; readonly invite: string; readonly mqtt: string; readonly pid: number };
  readonly data: string;
  /** Everything it said on standard error so far. */
  log(): string;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. The data folder stays. */
  kill(): Promise<void>;
  /** Resolves when it has ended, by itself or not. */
  readonly ended: Promise<unknown>;
}

/** Starts `meshbook serve --json` on a free port; without an agent unless `args` are given. */
export async function startHost(options: HostOptions = {}): Promise<RunningHost> {
  await ensureBuilt();
  const data = options.data ?? (await mkdtemp(join(tmpdir(), "meshbook-host-")));
  const args = ["serve", "--port", "0", "--data", data, "--json", ...(options.args ?? ["--no-agent"])];
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), MESHBOOK, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...options.env },
  });
  const errors: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors.push(text));
  const exited = exitOf(child);
  const ready = JSON.parse(await firstLine(child, () => errors.join(""))) as RunningHost["ready"];
  const link = parseRoomLink(ready.url);
  const readLink = (): RoomLink => {
    if (!link.ok) throw link.error;
    return link.value;
  };
  const base = new URL(ready.url).origin;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const code = await exited;
    if (options.data === undefined && signal === "SIGTERM") await rm(data, { recursive: true, force: true });
    return code;
  };
  return {
    base,
    webSocketBase: base.replace("http", "ws"),
    get link() {
      return readLink();
    },
    ready,
    data,
    log: () => errors.join(""),
    ended: exited,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
  };
}

/** Runs the built command to its end. */
export async function runMeshbook(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly out: string; readonly error: string }> {
  await ensureBuilt();
  const child = spawn(process.execPath, [MESHBOOK, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const texts = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (texts.out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (texts.error += text));
  return { code: await exitOf(child), ...texts };
}

function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once("close", (code) => resolve(code)));
}

function firstLine(child: ChildProcess, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`the host did not get ready: ${log()}`));
    }, START_LIMIT);
    createInterface({ input: child.stdout! }).once("line", (line) => {
      clearTimeout(late);
      resolve(line);
    });
    child.once("exit", (code) => {
      clearTimeout(late);
      reject(new Error(`the host ended with code ${code}: ${log()}`));
    });
  });
}

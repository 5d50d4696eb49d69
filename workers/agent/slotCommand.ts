// The command line of a slot: Deno with every permission refused, inside what the operating system offers.

import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { formatBytes, mib, type Bytes } from "#shared/base/units.ts";

/** Memory a cell may use beside the engine's own. */
export const SLOT_MEMORY: Bytes = mib(600);
export const SLOT_MEMORY_TEXT = formatBytes(SLOT_MEMORY);
/** Address space the engine reserves without using it: about 0.6 GB for each of the slot's two isolates. */
const ENGINE_RESERVE: Bytes = mib(1_350);
/** The last stop for a cell that burns time after its run, and after its agent. */
const CPU_SECONDS = 3_600;
const FILES = 64;
const TEMPORARY_BYTES: Bytes = mib(64);
/** Objects of cells; arrays of numbers live outside of it. */
const HEAP_MIB = 512;

export interface SlotPaths {
  readonly deno: string;
  /** Folder of slotMain.mjs and slotWorker.mjs: the only one a slot may read. */
  readonly slot: string;
  /** Folders of Python's files, and of those of SQL and Plot, for slots that have them: the only others. */
  readonly python?: string | undefined;
  readonly later?: string | undefined;
}

/** What of the operating system is wrapped around a slot. */
export interface Wrapping {
  readonly bwrap: string | undefined;
  readonly prlimit: string | undefined;
}

export interface SlotCommand {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** From the strongest to none: the first that starts on this machine is used. */
export function possibleWrappings(): readonly Wrapping[] {
  const bwrap = process.platform === "linux" ? findProgram("bwrap") : undefined;
  const prlimit = process.platform === "linux" ? findProgram("prlimit") : undefined;
  const all = [
    { bwrap, prlimit },
    { bwrap, prlimit: undefined },
    { bwrap: undefined, prlimit },
    { bwrap: undefined, prlimit: undefined },
  ];
  const name = ({ bwrap, prlimit }: Wrapping): string => `${bwrap ?? ""} ${prlimit ?? ""}`;
  return all.filter((wrapping, at) => all.findIndex((other) => name(other) === name(wrapping)) === at);
}

export function slotCommand(paths: SlotPaths, wrapping: Wrapping): SlotCommand {
  const hidden = {
    ...{ deno: "/deno", slot: "/slot" },
    ...{ python: paths.python && "/python", later: paths.later && "/later" },
  };
  const inside = wrapping.bwrap === undefined ? paths : hidden;
  const folders = FOLDERS.flatMap((name) => (inside[name] === undefined ? [] : [[name, inside[name]] as const]));
  const readable = [inside.slot, ...folders.map(([, folder]) => folder)];
  const parts = [
    ...(wrapping.prlimit === undefined ? [] : [wrapping.prlimit, ...limits()]),
    ...(wrapping.bwrap === undefined ? [] : [wrapping.bwrap, ...namespaces(paths), "--"]),
    inside.deno,
    ...lockedFlags(readable.join(",")),
    join(inside.slot, "slotMain.mjs"),
    ...folders.map(([name, folder]) => `${name}=${folder}`),
  ];
  const [file = inside.deno, ...args] = parts;
  return { file, args, env: environment() };
}

/** Handed to the slot by name. */
const FOLDERS = ["python", "later"] as const;

/** `--deny-…` although nothing was allowed: a permission that is denied is never asked for. */
function lockedFlags(readable: string): readonly string[] {
  const denied = ["net", "write", "run", "env", "ffi", "sys", "import"].map((name) => `--deny-${name}`);
  const closed = ["--no-prompt", "--no-remote", "--no-npm", "--no-config", "--no-lock", "--cached-only"];
  return [
    "run",
    "--quiet",
    ...closed,
    `--v8-flags=--max-old-space-size=${HEAP_MIB}`,
    `--allow-read=${readable}`,
    ...denied,
  ];
}

/** Where no folder can be: what Deno stores for its programs (localStorage, caches) would outlive the process. */
const NO_FOLDER = process.platform === "win32" ? "\\\\.\\NUL\\none" : "/dev/null/none";

/** Nothing of ours but what starting needs: Windows starts no program without SYSTEMROOT. */
function environment(): Readonly<Record<string, string>> {
  const root = process.env["SYSTEMROOT"];
  const needed: Record<string, string> = root === undefined ? {} : { SYSTEMROOT: root };
  return { ...needed, DENO_DIR: NO_FOLDER, DENO_NO_UPDATE_CHECK: "1", NO_COLOR: "1" };
}

function limits(): readonly string[] {
  return [`--data=${ENGINE_RESERVE + SLOT_MEMORY}`, `--cpu=${CPU_SECONDS}`, "--core=0", `--nofile=${FILES}`];
}

/** No network, no other process, no file but the libraries Deno is linked to, Deno itself and the slot's folder. */
function namespaces({ deno, slot, python, later }: SlotPaths): readonly string[] {
  const env = Object.entries(environment()).flatMap(([name, value]) => ["--setenv", name, value]);
  return [
    ...["--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"],
    ...["/usr/lib", "/usr/lib64", "/lib", "/lib64"].flatMap(readOnly),
    ...["--proc", "/proc", "--dev", "/dev", "--size", String(TEMPORARY_BYTES), "--tmpfs", "/tmp"],
    ...["--ro-bind", deno, "/deno", "--ro-bind", slot, "/slot", "--chdir", "/tmp"],
    ...(python === undefined ? [] : ["--ro-bind", python, "/python"]),
    ...(later === undefined ? [] : ["--ro-bind", later, "/later"]),
    ...env,
  ];
}

/** As it is here: a folder is bound, a link (`/lib` → `usr/lib`) stays one. */
function readOnly(path: string): readonly string[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return found.isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path];
}

function findProgram(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => path.startsWith("/") && existsSync(path));
}

// The files from which Python starts. The build makes them (workers/python/buildPython.mjs); whoever owns a kernel's
// worker reads them and hands them in, because the worker itself can read nothing.

import { isRecord, readString } from "../../base/parse.ts";

/** Where a page finds the addresses of the files. The same build serves both. */
export const PYTHON_INDEX_PATH = "/python.json";

/** `snapshot` is the memory of an interpreter that has started; without it a start takes several seconds longer. */
export const PYTHON_FILES = ["asm", "wasm", "stdlib", "kernel", "snapshot"] as const;
export type PythonFile = (typeof PYTHON_FILES)[number];

/** Their names in the folder that the build makes. */
export const PYTHON_FILE_NAMES: Readonly<Record<PythonFile, string>> = {
  asm: "pyodide.asm.mjs",
  wasm: "pyodide.asm.wasm",
  stdlib: "python_stdlib.zip",
  kernel: "kernel.py",
  snapshot: "python.snapshot",
};

/** Contents. As blobs they are handles: handing them from process to process copies nothing. */
export type PythonFiles = Readonly<Record<Exclude<PythonFile, "snapshot">, Blob>> & { readonly snapshot?: Blob };

const ADDRESS_LIMIT = 200;

/** Name of the list of packages that exist for this Python, in the folder of the build. */
export const PACKAGE_LIST_NAME = "packages.json";

/** Reads `PYTHON_INDEX_PATH`: the address of the list of packages. */
export function parsePackageListAddress(value: unknown): string | undefined {
  const address =
    isRecord(value) && isRecord(value["files"]) ? readString(value["files"]["packages"], ADDRESS_LIMIT) : undefined;
  return address?.startsWith("/") === true ? address : undefined;
}

/** Reads `PYTHON_INDEX_PATH`: the address of each file. Undefined if a file but the snapshot is missing. */
export function parsePythonIndex(value: unknown): Readonly<Partial<Record<PythonFile, string>>> | undefined {
  if (!isRecord(value) || !isRecord(value["files"])) return undefined;
  const { files } = value;
  const read = (name: PythonFile): readonly [PythonFile, string][] => {
    const address = readString(files[name], ADDRESS_LIMIT);
    return address?.startsWith("/") ? [[name, address]] : [];
  };
  const found = PYTHON_FILES.flatMap(read);
  const complete = PYTHON_FILES.every((name) => name === "snapshot" || found.some(([one]) => one === name));
  return complete ? Object.fromEntries(found) : undefined;
}

import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";

/** Debian's: the first `python3` may be another, without its packages. */
const PYTHON = process.env["MESHBOOK_PYTHON"] ?? "/usr/bin/python3";

/** True if this computer has Python; else says in one line what is not tested. */
export function nativeIsThere(): boolean {
  if (imports("json")) return true;
  console.log(
    `The kernel's Python is not tested beside real libraries: there is no ${PYTHON} (MESHBOOK_PYTHON names another).`,
  );
  return false;
}

/** True if the Python of this computer can import it; else says in one line what is not tested. */
export function nativeHas(library: string): boolean {
  if (imports(library)) return true;
  console.log(
    `Cells with ${library} are not tested: ${PYTHON} has none. Install python3-${library} to have them tested.`,
  );
  return false;
}

function imports(library: string): boolean {
  return spawnSync(PYTHON, ["-c", `import ${library}`], { stdio: "ignore" }).status === 0;
}

/** Executes code in native.py beside the kernel's own functions. @returns what it left in `result` */
export function native(code: string): unknown {
  const text = execFileSync(PYTHON, [join(import.meta.dirname, "native.py")], { input: code, encoding: "utf8" });
  return JSON.parse(text);
}

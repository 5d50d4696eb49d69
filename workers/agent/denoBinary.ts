import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * The Deno program that npm installed for this platform, or undefined where there is none. It is started directly: the
 * package's own launcher is a script that needs Node and adds 40 ms.
 */
export function findDeno(): string | undefined {
  const libc = process.platform === "linux" ? "-glibc" : "";
  try {
    // By way of the package `deno`, whose dependency it is: npm may have put it beside or below.
    const launcher = createRequire(createRequire(import.meta.url).resolve("deno/package.json"));
    const manifest = launcher.resolve(`@deno/${process.platform}-${process.arch}${libc}/package.json`);
    const path = join(dirname(manifest), process.platform === "win32" ? "deno.exe" : "deno");
    return existsSync(path) ? path : undefined;
  } catch {
    // Not installed: npm leaves out what the platform cannot run.
    return undefined;
  }
}

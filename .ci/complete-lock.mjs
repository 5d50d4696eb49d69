// npm leaves out of the lock file those optional platform packages that the registry at hand does not serve, and
// `npm ci` then refuses the lock. This adds them (version, os, cpu), so that one lock serves every platform.
// Run it after `npm install` changed package-lock.json: node .ci/complete-lock.mjs
import { readFileSync, writeFileSync } from "node:fs";

const OS = /(?:^|[-/])(android|darwin|freebsd|linux|openbsd|netbsd|sunos|win32|openharmony|aix)(?:-|$)/;
const CPU = /-(arm64|arm|x64|ia32|ppc64|s390x|riscv64|loong64|wasm32)(?:-|$)/;

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const added = [];
for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const isPlatformPackage = CPU.test(name) && /^\d/.test(range);
    if (!isPlatformPackage || lock.packages[path] || lock.packages[`${parentPath}/${path}`]) continue;
    const os = OS.exec(name)?.[1];
    const libc = /musl/.test(name) ? ["musl"] : /(gnu|glibc)/.test(name) ? ["glibc"] : undefined;
    lock.packages[path] = {
      version: range,
      cpu: [CPU.exec(name)[1]],
      ...(parent.dev ? { dev: true } : {}),
      ...(libc && os === "linux" ? { libc } : {}),
      optional: true,
      ...(os ? { os: [os] } : {}),
    };
    added.push(name);
  }
}
const paths = Object.keys(lock.packages).sort((a, b) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(paths.map((path) => [path, lock.packages[path]]));
writeFileSync("package-lock.json", JSON.stringify(lock, null, 2) + "\n");
process.stdout.write(`added ${added.length} platform packages: ${added.join(", ")}\n`);

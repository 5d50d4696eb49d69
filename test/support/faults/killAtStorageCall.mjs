// Loaded into a class host before its own code (`node --import`): ends its process, as a power cut would, at the nth call
// that it makes to what stores things. Calls are those of LevelDB and the renaming of files that were written whole. The
// product knows nothing of it.
//   MESHBOOK_TEST_KILL_AT    which call, from 1; 0 = none, and the number of calls is told at the end
//   MESHBOOK_TEST_KILL_WHEN  before: it never begins · during: it was handed over, and nobody waits for it · after: it is
//                            done, and nobody hears of it

import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";
import { ClassicLevel } from "classic-level";

const at = Number(process.env.MESHBOOK_TEST_KILL_AT ?? 0);
const when = process.env.MESHBOOK_TEST_KILL_WHEN ?? "before";
let calls = 0;

const die = () => process.kill(process.pid, "SIGKILL");

/** `owner[name]`, counted. */
function count(owner, name) {
  const original = owner[name];
  owner[name] = function (...args) {
    calls += 1;
    if (calls !== at) return original.apply(this, args);
    if (when === "before") return die();
    const work = original.apply(this, args);
    if (when === "during") return die();
    return Promise.resolve(work).then(die, die);
  };
}

// The exporter's thread writes copies that are never read back.
if (isMainThread) {
  for (const name of ["_open", "_get", "_put", "_del", "_batch", "_close"]) count(ClassicLevel.prototype, name);
  count(fs, "rename");
  syncBuiltinESMExports();
  process.on("exit", () => process.stderr.write(`storage calls: ${calls}\n`));
}

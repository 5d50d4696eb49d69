// An agent whose disk takes nothing: RLIMIT_FSIZE lets its process write no byte into any file, on a disk that is full or
// not. A tmpfs that is really full says the same in other words, where this process may mount one.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { JobClass, type AgentChild } from "../../support/jobs/JobClass.ts";
import { cellsOf, JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { untilTrue } from "../../support/until.ts";

const LINUX = process.platform === "linux";
const JOBS = 20;
/** Each prints a number of its own, and more than fits into the document. */
const CELL = "console.log('ran', Math.random(), 'x'.repeat(2000))";
const SLOW = "console.log('ran', Math.random()); await new Promise((done) => setTimeout(done, 2000))";

let jobs: JobClass;

beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** `0`: the process and what it starts from now on write nothing; `unlimited`: they may again. */
function limitFiles({ child }: AgentChild, size: "0" | "unlimited"): void {
  execFileSync("prlimit", ["--pid", String(child.pid), `--fsize=${size}:unlimited`]);
}

/** A file system of its own, empty; undefined where this process may not make one. */
function mountSmall(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), "meshbook-small-"));
  if (LINUX && spawnSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]).status === 0) return folder;
  rmSync(folder, { recursive: true });
  return undefined;
}
const small = mountSmall();
afterAll(() => {
  if (small === undefined) return;
  spawnSync("umount", ["-l", small]);
  rmSync(small, { recursive: true });
});

function fill(folder: string): void {
  const file = join(folder, "full");
  for (let size = statfsSync(folder).bfree * statfsSync(folder).bsize; size > 0; size = Math.floor(size / 2)) {
    try {
      writeFileSync(file, new Uint8Array(size), { flag: "a" });
    } catch {
      // It took what it could; less may still go.
    }
  }
}

describe.skipIf(!LINUX)("an agent whose disk is full", () => {
  it("executes each job once, says so once, and keeps results again when there is room", async () => {
    const agent = await jobs.startAgent({ slots: 2 });
    const { requester, cut, mend } = await jobs.startCuttableRequester(agent);
    const notebook = new JobNotebook(requester, { ...cellsOf(JOBS, CELL), away: SLOW });
    limitFiles(agent, "0");
    notebook.start(notebook.bench.cells().slice(0, JOBS));
    await notebook.ended();
    // One whose requester is away when it ends must be kept, and cannot be.
    notebook.start(["away"]);
    await notebook.printing("away");
    cut();
    await untilTrue("the agent says it", () => agent.said().includes("the disk takes no results (is it full?)"));
    limitFiles(agent, "unlimited");
    await untilTrue("the agent says it", () => agent.said().includes("results are kept on disk again"));
    mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS + 1 }]);
    expect(agent.said().match(/the disk takes no results/g)).toHaveLength(1);
    expect(agent.child.exitCode).toBeNull();
    console.log(`[figure] full disk: ${JOBS + 1} of ${JOBS + 1} jobs ended once, the agent stayed up`);
    await jobs.killAgents([agent]);
  });

  it.skipIf(small === undefined)(
    "is of use if it was started so, and says what to do if it has no key yet",
    async () => {
      const folder = small!;
      const first = await jobs.startAgent({ data: folder });
      first.child.kill("SIGTERM");
      expect(await first.exited).toBe(0);
      fill(folder);
      const agent = await jobs.startAgent({ data: folder });
      expect(agent.peer).toBe(first.peer);
      const notebook = new JobNotebook(await jobs.startRequester(agent), cellsOf(JOBS, CELL));
      notebook.start();
      await notebook.ended();
      expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: JOBS }]);
      await untilTrue("the agent says it", () => agent.said().includes("this agent runs without it"));
      agent.child.kill("SIGKILL");
      await agent.exited;
      rmSync(join(folder, "device-key.pem"));
      fill(folder);
      await expect(jobs.startAgent({ data: join(folder, "new") })).rejects.toThrow(
        /the key of this agent cannot be kept in .*Make it one that can be written, or name another with --data/,
      );
    },
  );

  it("loses, when it is killed, only what nobody fetched; those jobs end as interrupted or run again", async () => {
    const data = jobs.newFolder();
    const agent = await jobs.startAgent({ data });
    const { requester, cut, mend } = await jobs.startCuttableRequester(agent);
    const notebook = new JobNotebook(requester, { a: SLOW });
    limitFiles(agent, "0");
    notebook.start();
    await notebook.printing("a");
    cut();
    await untilTrue("the agent says it", () => agent.said().includes("the disk takes no results"));
    agent.child.kill("SIGKILL");
    await agent.exited;
    await jobs.startAgent({ data });
    mend();
    await notebook.ended();
    expect([notebook.notOnce, notebook.tally]).toEqual([[], { ok: 1 }]);
  });
});

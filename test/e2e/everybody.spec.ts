// A cell runs once on every computer of the class, and what each gave is one value for the cells that read it.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt, MESHBOOK } from "../support/built.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

let host: RunningHost;
let agent: ChildProcess;
let folder: string;

test.beforeAll(() => ensureBuilt("node and web"));
test.beforeEach(async () => {
  host = await startHost({ args: [] });
  folder = await mkdtemp(join(tmpdir(), "meshbook-agent-"));
  const args = ["agent", "--join", host.ready.url, "--data", folder, "--slots", "1", "--name", "second"];
  agent = spawn(process.execPath, [MESHBOOK, ...args], { stdio: "ignore" });
});
test.afterEach(async () => {
  agent.kill("SIGTERM");
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

test("each gives its part, side by side, and a cell below reads them all, also in another browser", async ({
  browser,
}) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  await expect(ana.page.getByText("second")).toBeVisible();
  const notebook = await ana.createNotebook();
  await ana.write(0, "const where = navigator.userAgent.split('/')[0];\nconsole.log('hello from', where);");
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await ana.write(
    1,
    "where.map(({ name, status, value }) => [name === 'second', status, value].join(' ')).sort().join()",
  );
  await ana.runOn(0, /Everybody/);
  await expect(ana.outputs(0)).toContainText("All 2 computers gave their results");
  await expect(ana.outputs(0).getByRole("listitem")).toHaveCount(2);
  await expect(ana.outputs(0).getByText("hello from Deno")).toHaveCount(2);
  await expect(ana.cell(0)).toContainText("Ran on all computers");
  await ben.openListed(notebook);
  await expect(ben.outputs(0).getByText("hello from Deno")).toHaveCount(2);
  await ben.run(1);
  await expect(ben.outputs(1)).toContainText("false ok Deno,true ok Deno");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

longTest("one that leaves in the middle is a part with its reason", async ({ browser }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText("second")).toBeVisible();
  await ana.createNotebook();
  const waits = "await new Promise((resolve) => setTimeout(resolve, 6000));";
  await ana.write(0, `console.log('begun');\n${waits}\nconst done = 'done';\ndone`);
  await ana.runOn(0, /Everybody/);
  // One that is killed before it has begun is lost to nobody: it "does not answer".
  await expect(ana.outputs(0).getByText("begun")).toHaveCount(2);
  agent.kill("SIGKILL");
  await expect(ana.outputs(0)).toContainText("1 of 2 computers gave its result · 1 lost");
  await expect(ana.outputs(0)).toContainText("No result:");
});

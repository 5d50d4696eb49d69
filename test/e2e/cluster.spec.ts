// A cell has its work done by the computers of the class.

import { execFileSync } from "node:child_process";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt } from "../support/built.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { test } from "./withHost.ts";

let host: RunningHost;

test.beforeAll(() => ensureBuilt("node and web"));
test.beforeEach(async () => {
  host = await startHost({ args: [] });
});
test.afterEach(() => host.stop());

test("cluster.map works on the class's computers, and here when they are gone", async ({ browser }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "const factor = 3;\nconst place = () => navigator.userAgent.split('/')[0];");
  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  await ana.write(
    1,
    "const got = await cluster.map((item) => [item * factor, place()], Array.from({ length: 40 }, (_, n) => n));\n" +
      "[got.map(([value]) => value).join(), [...new Set(got.map(([, where]) => where))].join()].join(' ')",
  );
  await ana.run(1);
  const values = Array.from({ length: 40 }, (_, index) => index * 3).join();
  await expect(ana.outputs(1)).toContainText(`${values} Deno`);
  await expect(ana.outputs(1)).toContainText("of other computers");
  process.kill(agentOf(host), "SIGKILL");
  await expect(ana.page.getByText(/\d of \d free/)).toBeHidden();
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText(`${values} Mozilla`);
  await expect(ana.outputs(1)).toContainText("on this computer");
  expect(ana.errors).toEqual([]);
});

/** The agent is the host's child that is no broker. */
function agentOf({ ready }: RunningHost): number {
  const lines = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(ready.pid)], { encoding: "utf8" }).split("\n");
  const agent = lines.find((line) => line.includes("agent.mjs"));
  return Number.parseInt(agent ?? "", 10);
}

// A cell runs on another process of the class, through MQTT, in a locked sandbox.

import { execFileSync } from "node:child_process";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import type { RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

/** In a menu, free or not: how many places are free is told a moment after a cell has ended. */
const THE_AGENT = /\d places/;

test("its output appears in both browsers, also while it runs, and says where it ran", async ({
  browser,
  agentHost: host,
}) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  await ana.write(0, "const big = 'x'.repeat(5000);\nconsole.log(typeof Deno);\nbig");
  await ana.runOn(0, THE_AGENT);
  for (const person of [ana, ben]) {
    await expect(person.outputs(0)).toContainText("xxxxx");
    await expect(person.cell(0)).toContainText(/Ran on/);
  }
  await ana.page.keyboard.press("b");
  await ana.write(1, "console.log('still', 'here');\nawait new Promise(() => undefined)");
  await ana.runOn(1, THE_AGENT);
  for (const person of [ana, ben]) await expect(person.outputs(1)).toContainText("still here");
  await expect(ben.cell(1)).toContainText("is running this on");
  await ana.stop(1);
  await expect(ben.cell(1)).not.toContainText("is running this on");
  await expect(ben.outputs(1)).toContainText("still here");
});

longTest("an agent that does not answer has run nothing", async ({ browser, ownAgentHost: host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "'made in ' + navigator.userAgent.split('/')[0]");
  process.kill(agentOf(host), "SIGSTOP");
  await ana.runOn(0, THE_AGENT);
  await expect(ana.cell(0)).toContainText(/Not run on .*: the agent does not answer/);
  process.kill(agentOf(host), "SIGCONT");
  await ana.cell(0).getByRole("button", { name: "run on any computer" }).click();
  await expect(ana.outputs(0)).toContainText("made in Deno");
  await expect(ana.cell(0)).toContainText(/Ran on/);
});

test("killing its agent in the middle shows interrupted and a way to run again", async ({
  browser,
  ownAgentHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "for (;;) {}");
  await ana.runOn(0, THE_AGENT);
  // An agent killed before it has begun has interrupted nothing: the next one runs the cell.
  await expect(ana.cell(0)).toContainText(/[Rr]unning on/);
  process.kill(agentOf(host), "SIGKILL");
  await expect(ana.cell(0)).toContainText(/nterrupted/);
  await expect(ana.cell(0).getByRole("button", { name: /[Rr]un again/ })).toBeVisible();
});

test("a kernel on an agent is restarted from the panel, and its values are made again", async ({
  browser,
  agentHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "'drawn ' + (globalThis.drawn ??= Math.random())");
  const drawn = async (): Promise<string> => {
    await ana.runOn(0, THE_AGENT);
    await expect(ana.cell(0)).toContainText(/Ran on/);
    return (await ana.outputs(0).textContent()) ?? "";
  };
  const first = await drawn();
  expect(await drawn()).toBe(first);
  await ana.page.getByRole("button", { name: "What runs" }).click();
  const kernels = ana.page.getByRole("region", { name: "Kernels of this notebook" });
  await expect(kernels.getByRole("listitem")).toContainText("values of 1 cell");
  await kernels.getByRole("button", { name: /^Restart: On / }).click();
  await expect(kernels.getByText("None has been started")).toBeVisible();
  await ana.page.keyboard.press("Escape");
  expect(await drawn()).not.toBe(first);
});

test("cluster.map works on the class's computers, and here when they are gone", async ({
  browser,
  ownAgentHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "const factor = 3;\nconst place = () => navigator.userAgent.split('/')[0];");
  await ana.page.keyboard.press("Escape");
  await ana.page.keyboard.press("b");
  await ana.write(
    1,
    "const shift = 0;\nconst got = await cluster.map((item) => [item * factor + shift, place()], Array.from({ length: 40 }, (_, n) => n));\n" +
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

longTest("cluster.map works in Python, too", async ({ browser, agentHost: host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "import math\nn = 2\ndef root(x): return math.isqrt(x) * n\nawait cluster.map(root, [1, 4, 9])");
  await ana.leaveText();
  await ana.cell(0).getByRole("button", { name: "More" }).click();
  await ana.page.getByRole("menuitem", { name: "Language" }).click();
  await ana.page.getByRole("menuitem", { name: /^Python/ }).click();
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("[2, 4, 6]");
  await expect(ana.outputs(0)).toContainText("of other computers");
  expect(ana.errors).toEqual([]);
});

/** The agent is the host's child that is no broker. */
function agentOf({ ready }: RunningHost): number {
  const lines = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(ready.pid)], { encoding: "utf8" }).split("\n");
  const agent = lines.find((line) => line.includes("agent.mjs"));
  return Number.parseInt(agent ?? "", 10);
}

test("a cell on an agent asks in the page that ran it, also after a reload", async ({ browser, agentHost: host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.createNotebook();
  await ana.write(0, "print('before')\nname = input('Your name? ')\nprint('hello', name)");
  await ana.leaveText();
  await ana.cell(0).getByRole("button", { name: "More" }).click();
  await ana.page.getByRole("menuitem", { name: "Language" }).click();
  await ana.page.getByRole("menuitem", { name: /^Python/ }).click();
  await ana.runOn(0, THE_AGENT);
  const field = ana.cell(0).getByLabel("Your name?");
  await expect(field).toBeVisible();
  await expect(ana.outputs(0)).toContainText("before");
  await ana.saved();
  await ana.reload();
  await field.fill("Ada");
  await field.press("Enter");
  await expect(ana.outputs(0)).toContainText("hello Ada");
  await expect(ana.cell(0)).toContainText(/Ran on/);
  expect(ana.errors).toEqual([]);
});

// A cell asked of another computer while there is no connection: it says so, outlives its page, and is done once.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Browser } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { ensureBuilt } from "../support/built.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

let data: string;
let host: RunningHost;
let port: string;

const start = async (): Promise<void> => {
  host = await startHost({ data, args: ["--port", port] });
};

test.beforeAll(() => ensureBuilt("node and web"));
test.beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "meshbook-asked-"));
  port = "0";
  await start();
  port = new URL(host.base).port;
});
test.afterEach(async () => {
  await host.stop();
  await rm(data, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

const WAITS = "Waiting for a connection to the class";
/** Each execution has a number of its own. */
const CELL = "'done ' + Math.random().toString(36).slice(2)";

/** Asks any computer for the cell while the host, its broker and its agent are gone. */
async function askWhileAway(browser: Browser): Promise<{ ana: Person; url: string }> {
  const ana = await Person.arrive(browser, host.ready.url, { installs: true });
  await untilInstalled(ana.page);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  const url = await ana.createNotebook();
  await ana.write(0, CELL);
  await ana.saved();
  await host.kill();
  await ana.runOn(0, /^Any computer/);
  await expect(ana.cell(0)).toContainText(WAITS);
  return { ana, url };
}

async function expectOnce(...people: readonly Person[]): Promise<void> {
  for (const person of people) await expect(person.outputs(0)).toContainText("done");
  const texts = await Promise.all(people.map((person) => person.outputs(0).textContent()));
  expect(new Set(texts).size).toBe(1);
  for (const person of people) await expect(person.cell(0)).toContainText(/Ran on/);
}

test("is sent by the reloaded page when the host is back", async ({ browser }) => {
  const { ana } = await askWhileAway(browser);
  await ana.reload();
  await expect(ana.cell(0)).toContainText(WAITS);
  await expect(ana.cell(0).getByRole("button", { name: /^Stop/ })).toBeVisible();
  await start();
  await expectOnce(ana);
  // Nothing of it is left to be sent again.
  const before = await ana.outputs(0).textContent();
  await ana.saved();
  await ana.reload();
  await expect(ana.outputs(0)).toHaveText(before ?? "");
  await expect(ana.cell(0)).not.toContainText(/Waiting|Asked of/);
  expect(ana.errors).toEqual([]);
});

longTest("is taken over by the other tab when its own is killed, and by that alone", async ({ browser }) => {
  const { ana, url } = await askWhileAway(browser);
  const second = new Person(ana.context, await ana.context.newPage());
  await second.visit(url);
  await expect(second.cells).toHaveCount(1);
  await ana.page.goto("chrome://crash").catch(() => undefined);
  await expect(second.cell(0)).toContainText(WAITS);
  await start();
  await expectOnce(second);
  const again = new Person(ana.context, await ana.context.newPage());
  await again.visit(url);
  await expectOnce(second, again);
});

longTest("can be taken back while it waits: then nobody runs it", async ({ browser }) => {
  const { ana, url } = await askWhileAway(browser);
  await ana.stop(0);
  await expect(ana.cell(0)).not.toContainText(WAITS);
  await ana.reload();
  await start();
  await expect(ana.status).toContainText("Held by the class host");
  await expect(ana.cell(0)).not.toContainText(/Waiting|Asked of|Interrupted/);
  // There would be somebody to run it.
  await ana.visit(host.base);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  await ana.visit(url);
  await expect(ana.status).toContainText("Held by the class host");
  await expect(ana.cell(0)).not.toContainText(/done [a-z0-9]|Running|Ran on/);
});

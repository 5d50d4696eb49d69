// Submit, close the lid, open the notebook elsewhere: everything that the run printed, and its end, are there.

import { expect, type Browser } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import type { RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

/** Streams for half a second each line, much of it after the page is gone; each execution has a number of its own. */
const cellOf = (lines: number): string => `const id = Math.random().toString(36).slice(2);
for (let n = 0; n < ${lines}; n++) {
  console.log(id, 'line', n, 'x'.repeat(200));
  await new Promise((resolve) => setTimeout(resolve, 500));
}
'result ' + id`;
const LINES = 12;

/** Gives the cell to a computer of the class; resolves when its first line is here. */
async function submit(
  browser: Browser,
  host: RunningHost,
  place: RegExp,
  lines = LINES,
): Promise<{ ana: Person; url: string; id: string }> {
  const ana = await Person.arrive(browser, host.ready.url);
  await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
  const url = await ana.createNotebook();
  await ana.write(0, cellOf(lines));
  await ana.runOn(0, place);
  await expect(ana.outputs(0)).toContainText("line 0");
  const id = /(\w+) line 0/.exec((await ana.outputs(0).textContent()) ?? "")?.[1] ?? "no id";
  await ana.saved();
  return { ana, url, id };
}

/** The lines that are shown: each once, in order, of one execution. */
async function linesOf(person: Person, id: string): Promise<number> {
  const text = (await person.outputs(0).textContent()) ?? "";
  const lines = [...text.matchAll(/(\w+) line (\d+)/g)].map(([, of, n]) => [of, Number(n)]);
  expect(lines).toEqual(Array.from({ length: lines.length }, (_, n) => [id, n]));
  return lines.length;
}

async function expectAll(person: Person, id: string, lines = LINES): Promise<void> {
  const outputs = person.outputs(0);
  await expect(outputs).toContainText(`result ${id}`);
  // What is long is fetched after the rest.
  await expect(outputs).toContainText(`line ${lines - 1}`);
  expect(await linesOf(person, id)).toBe(lines);
  await expect(person.cell(0)).toContainText(/Ran on/);
}

test("a cell given to any computer is complete on another device when its page was closed", async ({
  browser,
  agentHost,
}) => {
  const { ana, url, id } = await submit(browser, agentHost, /Any computer/);
  // The tab is killed, and the whole browser profile with it: nothing of the first device is left.
  await ana.context.close();
  const ben = await Person.arrive(browser, agentHost.ready.url);
  await ben.openListed(url);
  // On a slow machine it may have ended by now; it was never interrupted.
  await expect(ben.cell(0)).toContainText(/Asked of .+ by somebody who has left|Ran on/);
  await expect(ben.cell(0)).not.toContainText("Interrupted");
  await expectAll(ben, id);
  expect(ben.errors).toEqual([]);
});

longTest(
  "what one computer prints while the page is closed is seen on another device as it comes",
  async ({ browser, agentHost }) => {
    const { ana, url, id } = await submit(browser, agentHost, /of \d+ places free/, 40);
    await ana.context.close();
    const ben = await Person.arrive(browser, agentHost.ready.url);
    await ben.openListed(url);
    // Long before the end: what came so far, then more of it, twice.
    let seen = 0;
    for (const part of ["so far", "more", "still more"]) {
      await expect(async () => expect(await linesOf(ben, id), part).toBeGreaterThan(seen)).toPass();
      seen = await linesOf(ben, id);
      await expect(ben.outputs(0)).not.toContainText("result");
    }
    await expect(ben.cell(0)).toContainText(/Asked of .+ by somebody who has left/);
    await expectAll(ben, id, 40);
    expect(ben.errors).toEqual([]);
  },
);

longTest(
  "the same device, back after the end was written for it, shows the same once",
  async ({ browser, agentHost }) => {
    const { ana, url, id } = await submit(browser, agentHost, /of \d+ places free/);
    await ana.page.close();
    const ben = await Person.arrive(browser, agentHost.ready.url);
    await ben.openListed(url);
    await expectAll(ben, id);
    const again = new Person(ana.context, await ana.context.newPage());
    await again.visit(url);
    await expectAll(again, id);
    await expectAll(ben, id);
  },
);

longTest("a page that is reloaded in the middle goes on with the run", async ({ browser, agentHost }) => {
  const { ana, id } = await submit(browser, agentHost, /of \d+ places free/);
  await ana.reload();
  // On a slow machine it may have ended by now; it was never interrupted.
  await expect(ana.cell(0)).toContainText(/[Rr]unning on|Ran on/);
  await expect(ana.cell(0)).not.toContainText("Interrupted");
  await expectAll(ana, id);
});

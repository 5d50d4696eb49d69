// The class host passes on nothing but signalling: documents go from browser to browser.

import { expect, type Browser } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt } from "../support/built.ts";
import { LONG } from "../support/property.ts";
import { startHost, type RunningHost } from "../support/startHost.ts";
import { test } from "./withHost.ts";

let host: RunningHost;

test.beforeAll(async () => {
  await ensureBuilt("node and web");
  host = await startHost({ args: ["--no-agent", "--no-hub"] });
});
test.afterAll(() => host.stop());

/** Somebody whom the broker does not reach either: it would carry documents when the hub is away. */
async function arrive(browser: Browser, url: string): Promise<Person> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
  await context.routeWebSocket(/\/mqtt$/, (socket) => socket.close());
  const person = new Person(context, await context.newPage());
  await person.visit(url);
  return person;
}

/** Of 100 KB each. */
const CELLS = LONG ? 50 : 10;
const line =
  "/* 100 characters of text that nobody has to read, again and again, line by line, for megabytes of it. */\n";
const script = Array.from({ length: CELLS }, (_, cell) => `// %%\n// cell ${cell}\n${line.repeat(1_000)}`).join("\n");

test(`a notebook of ${CELLS / 10} MB arrives whole, and typing goes both ways`, async ({ browser }) => {
  const ana = await arrive(browser, host.ready.url);
  const [chooser] = await Promise.all([
    ana.page.waitForEvent("filechooser"),
    ana.page.getByRole("button", { name: "Import" }).click(),
  ]);
  await chooser.setFiles({ name: "large.js", mimeType: "text/javascript", buffer: Buffer.from(script) });
  await ana.page.waitForURL(/\/n\//);
  await expect(ana.cells).toHaveCount(CELLS);
  await ana.saved();
  await ana.page.getByRole("button", { name: "Share" }).click();
  const link = await ana.page.getByRole("dialog").getByRole("textbox").first().inputValue();
  await ana.page.keyboard.press("Escape");
  const ben = await arrive(browser, link);
  await expect(ben.cells).toHaveCount(CELLS);
  await expect(ben.status).toContainText("Seen by 1 of 1");
  await expect(ana.status).toContainText("Seen by 1 of 1");
  await ben.saved();
  await ben.page.keyboard.press("Escape");
  await ben.cell(0).click();
  await ben.page.keyboard.press("Control+Home");
  await ben.page.keyboard.type("and more ");
  await expect.poll(async () => (await ana.text(0)).split("\n")[0]).toBe("and more // cell 0");
  await expect(ana.status).not.toContainText("Held by the class host");
});

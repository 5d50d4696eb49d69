// A host that goes while somebody works: what the page had not loaded yet says so, and nothing breaks.

import { expect, type Route } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { LAN_NAME } from "../support/lanName.ts";
import { startHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

longTest(
  "a dialog that was never loaded says so, and can be opened when the host is back",
  async ({ browser, ownHost: host }) => {
    const ana = await Person.arrive(browser, host.ready.url);
    await ana.createNotebook();
    await ana.write(0, "1 + 1");
    const port = new URL(host.base).port;
    const more = ana.page.getByRole("button", { name: "More", exact: true }).first();
    const dialog = ana.page.getByRole("dialog", { name: "Who may do what" });
    const openRules = async (): Promise<void> => {
      await more.click();
      await ana.page.getByRole("menuitem", { name: "Who may do what" }).click();
    };
    await more.click();
    await expect(ana.page.getByRole("menu")).toBeVisible();
    await ana.page.keyboard.press("Escape");
    await expect(ana.page.getByRole("menu")).toHaveCount(0);
    await host.kill();
    await openRules();
    await expect(ana.page.getByRole("region", { name: "Messages" })).toContainText("when the class host answers");
    await expect(dialog).toHaveCount(0);
    await ana.write(0, " + 2");
    const again = await startHost({ data: host.data, args: ["--no-agent", "--port", port] });
    await expect(async () => {
      await openRules();
      await expect(dialog).toBeVisible({ timeout: 500 });
    }).toPass();
    expect(await ana.text(0)).toBe("1 + 1 + 2");
    await again.stop();
  },
);

test("what explains trouble is here before there is any: the status and the check of the connection", async ({
  browser,
  ownHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  const [asked, here] = [new Set<string>(), new Set<string>()];
  ana.page.on("request", (request) => asked.add(request.url()));
  ana.page.on("requestfinished", (request) => here.add(request.url()));
  await ana.createNotebook();
  const parts = (): readonly string[] => [...asked].filter((url) => /\.(js|css)$/.test(url));
  await expect
    .poll(() => parts().filter((url) => /PopoverBox|DoctorDialog/.test(url) && here.has(url)).length)
    .toBeGreaterThan(2);
  await expect.poll(() => parts().filter((url) => !here.has(url))).toEqual([]);
  await host.kill();
  await expect(ana.status).toContainText("Saved on this computer");
  await ana.status.click();
  await expect(ana.page.getByRole("dialog", { name: "Where this notebook is kept" })).toContainText("Class host");
  await ana.page.getByRole("button", { name: "Check the connection" }).click();
  await expect(ana.page.getByRole("dialog")).toContainText("The class host cannot be reached. You can go on working");
  expect(ana.errors).toEqual([]);
});

test("who begins to type before the editor has come loses nothing, and can take it back", async ({ browser, host }) => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const held: Route[] = [];
  // Before the library, which loads editors when it has nothing else to do.
  await context.route(/CodeEditor-[^/]*\.js$/, (route) => void held.push(route));
  const ana = new Person(context, await context.newPage());
  await ana.visit(host.ready.url);
  await ana.createNotebook();
  await expect.poll(() => held.length).toBeGreaterThan(0);
  await ana.page.keyboard.type("const a = 12");
  await ana.page.keyboard.press("Backspace");
  await ana.page.keyboard.press("Enter");
  await expect(ana.cell(0)).toContainText("const a = 1");
  await expect(ana.cell(0).locator(".cm-content")).toHaveCount(0);
  for (const route of held) await route.continue();
  await expect(ana.source(0)).toBeFocused();
  await ana.page.keyboard.type("a");
  expect(await ana.text(0)).toBe("const a = 1\na");
  // In one step or two: a pause in typing begins another.
  await expect(async () => {
    await ana.page.keyboard.press("Control+z");
    expect(await ana.text(0)).toBe("");
  }).toPass();
});

test("on a plain http page, all that can be opened is here once the page is calm", async ({
  browser,
  ownHost: host,
}) => {
  const address = new URL(host.ready.url);
  address.hostname = LAN_NAME;
  const ana = await Person.arrive(browser, address.href, { installs: true });
  expect(await ana.page.evaluate(() => isSecureContext)).toBe(false);
  const here = new Set<string>();
  ana.page.on("requestfinished", (request) => here.add(new URL(request.url()).pathname));
  const listed = ana.page.waitForResponse(/\/parts\.json$/);
  await ana.createNotebook();
  const parts = (await (await listed).json()) as readonly string[];
  expect(parts.length).toBeGreaterThan(50);
  await expect.poll(() => parts.filter((path) => !here.has(path))).toEqual([]);
  await host.kill();
  await ana.page.getByRole("button", { name: "More", exact: true }).first().click();
  await expect(ana.page.getByRole("menu")).toBeVisible();
  expect(ana.errors).toEqual([]);
});

longTest("what works unseen and cannot be had is missed by nobody", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, "about:blank");
  await ana.page.route(/startCollector-/, (route) => route.abort());
  const asked = ana.page.waitForEvent("requestfailed", (request) => request.url().includes("startCollector-"));
  await ana.visit(host.ready.url);
  await ana.createNotebook();
  await asked;
  await ana.write(0, "1 + 1");
  expect(ana.errors).toEqual([]);
});

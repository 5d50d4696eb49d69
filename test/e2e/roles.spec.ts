// Who made a notebook says who may do what in it, and the class host keeps to it.

import { expect, type Browser } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import type { RunningHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

async function openRules(person: Person): Promise<void> {
  await person.page.getByRole("button", { name: "More", exact: true }).click();
  await person.page.getByRole("menuitem", { name: "Who may do what" }).click();
  await expect(person.page.getByLabel("Whoever has the link may")).toBeVisible();
}

test("a notebook for reading is read, and written by those who were let", async ({ browser, ownHost: host }) => {
  const [tess, ana] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await tess.createNotebook();
  await ana.openListed(notebook);
  await tess.type(0, "read me");
  await expect.poll(() => ana.text(0)).toBe("read me");

  await openRules(tess);
  await tess.page.getByLabel("Whoever has the link may").selectOption({ label: "Read" });
  await expect(ana.page.getByText("You may read this notebook, not change it.")).toBeVisible();
  await expect(ana.page.getByRole("button", { name: "Run all" })).toHaveCount(0);
  await expect(ana.page.getByRole("button", { name: "not run its cells" })).toHaveAttribute("aria-disabled", "true");
  await ana.source(0).click();
  await ana.page.keyboard.type("let me");
  await expect.poll(() => ana.text(0)).toBe("read me");

  const name = await ana.name();
  await tess.page.getByLabel(`What ${name} may do`).selectOption({ label: "Edit" });
  await expect(ana.page.getByText("You may read this notebook, not change it.")).toHaveCount(0);
  await tess.page.keyboard.press("Escape");
  await ana.type(0, " or write");
  await expect.poll(() => tess.text(0)).toContain("or write");
  await expect(ana.status).toContainText("Held by the class host");

  // Whoever comes later finds the rules, and a page loaded again knows them.
  const ben = await Person.arrive(browser, host.ready.url);
  await ben.openListed(notebook);
  await expect(ben.page.getByText("You may read this notebook, not change it.")).toBeVisible();
  await ben.reload();
  await expect(ben.page.getByText("You may read this notebook, not change it.")).toBeVisible();
  expect([...tess.errors, ...ana.errors, ...ben.errors]).toEqual([]);
});

longTest(
  "whoever came by a link that was copied wrongly is told, and passes it on to nobody",
  async ({ browser, ownHost: host }) => {
    const tess = await Person.arrive(browser, host.ready.url);
    await tess.createNotebook();
    await tess.type(0, "read me");
    await tess.page.getByRole("button", { name: "Share" }).click();
    const link = await tess.page.getByLabel("Invitation link").inputValue();
    const wrong = link.slice(0, -2) + (link.at(-2) === "A" ? "B" : "A") + link.at(-1)!;
    const ana = await Person.arrive(browser, wrong);
    await expect.poll(() => ana.text(0)).toBe("read me");
    const warning = ana.page.getByText("The link with which you opened this notebook was copied wrongly.");
    await expect(warning).toBeVisible();
    await ana.page.getByRole("button", { name: "Share" }).click();
    await expect(ana.page.getByRole("dialog")).toContainText("Ask for the invitation again");
    await expect(ana.page.getByLabel("Invitation link")).toHaveCount(0);
    await ana.page.goto("about:blank");
    await ana.visit(link);
    await expect.poll(() => ana.text(0)).toBe("read me");
    await expect(ana.status).toContainText("Held by the class host");
    await expect(warning).toHaveCount(0);
    expect([...tess.errors, ...ana.errors]).toEqual([]);
  },
);

/** Tess has made a notebook that Mal reads, and looks at its rules. */
async function aboutToTakeOut(browser: Browser, host: RunningHost) {
  const [tess, mal] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await tess.createNotebook();
  await mal.openListed(notebook);
  await tess.type(0, "before");
  await expect.poll(() => mal.text(0)).toBe("before");
  await openRules(tess);
  const name = await mal.name();
  return { tess, mal, name, notebook };
}

test("who is taken out gets nothing any more, and is told", async ({ browser, ownHost: host }) => {
  const { tess, mal, name } = await aboutToTakeOut(browser, host);
  await tess.page.getByLabel(`What ${name} may do`).selectOption({ label: "Nothing" });
  await expect(mal.page.getByText("You were taken out of this notebook.", { exact: false })).toBeVisible();
  await tess.page.keyboard.press("Escape");
  await tess.type(0, " after");
  await expect(tess.status).toContainText("Held by the class host");
  expect(await mal.text(0)).toBe("before");
});

longTest(
  "who is taken out while away is told on coming back, and what was not sent stays there",
  async ({ browser, ownHost: host }) => {
    const { tess, mal, name, notebook } = await aboutToTakeOut(browser, host);
    await mal.page.goto("about:blank");
    await tess.page.getByLabel(`What ${name} may do`).selectOption({ label: "Nothing" });
    await expect(tess.page.getByLabel(`What ${name} may do`)).toHaveValue("none");
    await mal.visit(notebook);
    await expect(mal.page.getByText("You were taken out of this notebook.", { exact: false })).toBeVisible();
    await expect(mal.page.getByRole("button", { name: "Download a copy" })).toBeVisible();
    await expect(mal.status).toContainText("Refused by the class host");
    await expect(mal.page.getByRole("button", { name: "Run all" })).toHaveCount(0);
    // Also who never was let in.
    await tess.page.getByLabel("Whoever has the link may").selectOption({ label: "Nothing until they are let in" });
    const ben = await Person.arrive(browser, host.ready.url);
    await ben.page.locator(`a[href="${new URL(notebook).pathname}"]`).click();
    await expect(ben.page.getByText("You have not been let in to this notebook", { exact: false })).toBeVisible();
    const asking = await ben.name();
    await tess.page.getByLabel(`What ${asking} may do`).selectOption({ label: "Read" });
    await expect.poll(() => ben.text(0)).toBe("before");
  },
);

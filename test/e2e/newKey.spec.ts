// Who made a notebook gives it a new key: who stays is taken along, who was taken out and old links get nothing new.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

test("a new key takes along who stays, and leaves behind who was taken out", async ({ browser, ownHost: host }) => {
  const [tess, ben, mal] = [
    await Person.arrive(browser, host.ready.url),
    await Person.arrive(browser, host.ready.url),
    await Person.arrive(browser, host.ready.url, { name: "Mallory" }),
  ];
  const before = await tess.createNotebook();
  await tess.type(0, "before");
  for (const person of [ben, mal]) {
    await person.openListed(before);
    await expect.poll(() => person.text(0)).toBe("before");
    await expect(person.status).toContainText("Held by the class host");
  }
  const name = await mal.name();
  await tess.page.getByRole("button", { name: "More", exact: true }).click();
  await tess.page.getByRole("menuitem", { name: "Who may do what" }).click();
  await tess.page.getByLabel(`What ${name} may do`).selectOption({ label: "Nothing" });
  await expect(mal.page.getByText("You were taken out of this notebook.", { exact: false })).toBeVisible();
  await tess.page.getByRole("button", { name: "Change the key…" }).click();
  // Ben's page tells how a new key reaches it once it has started.
  await expect(tess.page.getByText("Everybody who was here and may stay comes along.")).toBeVisible();
  await ben.enter(0);
  await ben.page.keyboard.press("ArrowLeft");
  await tess.page.getByRole("button", { name: "Change the key", exact: true }).click();

  await tess.page.waitForURL((url) => url.pathname.startsWith("/n/") && url.href !== before);
  const after = tess.page.url();
  await ben.page.waitForURL(after);
  // He was writing, and goes on where he was.
  await expect(ben.source(0)).toBeFocused();
  await ben.page.keyboard.type("xh");
  await expect.poll(() => tess.text(0)).toBe("beforxhe");
  await tess.type(0, " after");
  await expect.poll(() => ben.text(0)).toBe("beforxhe after");
  await expect(tess.status).toContainText("Held by the class host");

  expect(mal.page.url()).toBe(before);
  expect(await mal.text(0)).toBe("before");
  await expect(mal.page.getByText("You were taken out of this notebook.", { exact: false })).toBeVisible();
  expect([...tess.errors, ...ben.errors]).toEqual([]);
});

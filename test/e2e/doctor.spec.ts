// "Check the connection" tells the truth, with a real host whole and with parts of it broken.

import { expect, type Page } from "playwright/test";
import type { CheckId, CheckState } from "#shared/doctor/check.ts";
import { startHost } from "../support/startHost.ts";
import { test } from "./withHost.ts";

async function examine(page: Page): Promise<void> {
  if ((await page.getByRole("dialog").count()) === 0) {
    await page.getByRole("button", { name: "More for this class" }).click();
    await page.getByRole("menuitem", { name: "Check the connection" }).click();
  } else await page.getByRole("button", { name: "Check again" }).click();
  await expect(page.getByRole("button", { name: "Copy report" })).toBeEnabled();
}

const states = async (page: Page): Promise<Partial<Record<CheckId, CheckState>>> => {
  const rows = await page.locator(".doctor__check").all();
  const read = rows.map(async (row) => {
    const state = /doctor__check--(\w+)/.exec((await row.getAttribute("class")) ?? "")?.[1];
    return [(await row.getAttribute("data-check")) ?? "", state] as const;
  });
  return Object.fromEntries(await Promise.all(read));
};

test("finds everything well at a host that is, and says so without a secret", async ({
  page,
  context,
  ownHost: host,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto(host.ready.url);
  await examine(page);
  expect(await states(page)).toMatchObject({
    host: "ok",
    invitation: "ok",
    hub: "ok",
    signalling: "ok",
    "mqtt-web": "ok",
    direct: "ok",
    "browser-storage": "ok",
    "secure-context": "ok",
    clock: "ok",
  });
  await page.getByRole("button", { name: "Copy report" }).click();
  const report = await page.evaluate(() => navigator.clipboard.readText());
  expect(report).toContain("[ok] Sync hub: The hub answers");
  const secret = /#c=([^.]+)\.(.+)$/.exec(host.ready.url)!;
  expect(report).not.toContain(secret[1]!);
  expect(report).not.toContain(secret[2]!);
});

test("finds what is broken: the broker, WebRTC, and then the whole host", async ({ page, ownHost: host }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, "RTCPeerConnection"));
  // Nothing of the broker gets through, as behind a proxy that knows http only.
  await page.routeWebSocket(/\/mqtt$/, (socket) => socket.close());
  await page.goto(host.ready.url);
  await examine(page);
  expect(await states(page)).toMatchObject({ host: "ok", hub: "ok", "mqtt-web": "problem", direct: "warning" });
  await expect(page.locator("[data-check=mqtt-web]")).toContainText(
    "cells run only on the computer they are started on",
  );
  await host.stop();
  await examine(page);
  expect(await states(page)).toMatchObject({
    host: "problem",
    hub: "skipped",
    signalling: "skipped",
    clock: "skipped",
  });
  await expect(page.getByRole("dialog")).toContainText("The class host cannot be reached. You can go on working");
});

test("an invitation that was copied wrongly is not said to be to this class", async ({ page, host }) => {
  const { url } = host.ready;
  const [letter, other] = url.at(-3) === "A" ? ["A", "B"] : [url.at(-3)!, "A"];
  await page.goto(`${url.slice(0, -3)}${other}${url.slice(-2)}`);
  await expect(page.getByText("your invitation was copied wrongly", { exact: false })).toBeVisible();
  await expect(page.getByLabel("Invitation to the class")).toHaveCount(0);
  await examine(page);
  expect(await states(page)).toMatchObject({ host: "ok", invitation: "problem", hub: "ok" });
  await expect(page.locator("[data-check=invitation]")).toContainText("Ask for the present invitation");
  await page.goto("about:blank");
  await page.goto(`${url.slice(0, -3)}${letter}${url.slice(-2)}`);
  await expect(page.getByText("Connected to the class host")).toBeVisible();
});

test("finds a hub that is switched off", async ({ page }) => {
  const host = await startHost({ args: ["--no-hub", "--no-agent"] });
  await page.goto(host.ready.url);
  await examine(page);
  expect(await states(page)).toMatchObject({ host: "ok", hub: "problem", signalling: "ok", "mqtt-web": "ok" });
  await host.stop();
});

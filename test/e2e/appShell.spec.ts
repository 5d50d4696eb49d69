// The built app, served by a real class host, is there when the host is not.

import { expect } from "playwright/test";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { test } from "./withHost.ts";

test("a page loaded once is shown again, at any address of the app, with the host stopped", async ({
  page,
  ownHost: host,
}) => {
  const escaped: Error[] = [];
  page.on("pageerror", (error) => escaped.push(error));
  await page.goto(host.ready.url);
  await expect(page.locator("#app")).not.toBeEmpty();
  await untilInstalled(page);
  await host.stop();
  for (const path of ["/", "/n/AbCdEfGhIjKlMnOpQrStUv"]) {
    const answer = await page.goto(host.base + path);
    expect(answer?.fromServiceWorker()).toBe(true);
    await expect(page.locator("#app")).not.toBeEmpty();
  }
  expect(escaped).toEqual([]);
});

test("the host's runner and the installed one are the same frame", async ({ page, host }) => {
  const live = await page.request.get(`${host.base}/runner.html`);
  await page.goto(host.ready.url);
  await untilInstalled(page);
  const kept = await page.evaluate(async () => {
    const answer = await fetch("/runner.html");
    return { text: await answer.text(), policy: answer.headers.get("content-security-policy") };
  });
  expect(kept).toEqual({ text: await live.text(), policy: live.headers()["content-security-policy"] });
});

test("nothing becomes part of the page, or a program of it, past its own policy", async ({ page, host }) => {
  await page.goto(host.ready.url);
  await expect(page.locator("#app")).not.toBeEmpty();
  const fates = await page.evaluate(() => {
    const tries: readonly (() => unknown)[] = [
      () => (document.createElement("div").innerHTML = "<img src=x onerror=alert(1)>"),
      () => (document.createElement("iframe").srcdoc = "<script>alert(1)</script>"),
      () => new Worker("/runner.html"),
      () => document.createElement("script").setAttribute("src", "/evil.js"),
    ];
    return tries.map((attempt) => {
      try {
        attempt();
        return "taken";
      } catch {
        return "refused";
      }
    });
  });
  expect(fates).toEqual(fates.map(() => "refused"));
});

// The app starts without its host, is always one whole build, and is updated only when the user says so.

import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "playwright/test";
import { RUNNER_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { buildServiceWorker } from "../../renderer/build/buildServiceWorker.mjs";
import { buildRunner } from "../../workers/frame/buildRunner.mjs";
import { bundle } from "../support/bundledPage.ts";
import { LAN_NAME } from "../support/lanName.ts";
import { SiteServer } from "../support/SiteServer.ts";
import type {} from "./pages/offlinePage.ts";

let root: string;
let script: string;
const builds = new Map<string, string>();

/** A site as the web build leaves it: its pages, a script, a part that is loaded late, the runner and the worker. */
async function makeBuild(version: string): Promise<void> {
  const folder = join(root, version);
  await mkdir(join(folder, "assets"), { recursive: true });
  await writeFile(join(folder, `assets/app-${version}.js`), script);
  await writeFile(join(folder, `assets/late-${version}.js`), `late part of ${version}`);
  await writeFile(join(folder, "assets/same-0.js"), "the same in every build");
  const page = `<!doctype html><title>Meshbook ${version}</title><script src="/assets/app-${version}.js"></script>`;
  for (const name of ["index", "notebook"]) {
    await writeFile(join(folder, `${name}.html`), `${page}<main>build ${version}</main>`);
  }
  await buildRunner(folder);
  await buildServiceWorker(folder);
  builds.set(version, folder);
}

let server: SiteServer;
let origin: string;

test.beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "meshbook-offline-"));
  script = await bundle("test/e2e/pages/offlinePage.ts");
  for (const version of ["one", "two", "three"]) await makeBuild(version);
});
test.afterAll(() => rm(root, { recursive: true }));
test.beforeEach(async () => {
  server = new SiteServer(builds.get("one")!);
  origin = await server.start();
});
test.afterEach(() => server.stop());

const state = (page: Page): Promise<string> => page.evaluate(() => offlineLab.app.state.get());

async function install(page: Page): Promise<void> {
  await page.goto(origin);
  await expect.poll(() => state(page)).toBe("ready-offline");
}

/** Serves the build and lets the page look for it, as a reload or an hour does. */
async function offer(page: Page, version: string): Promise<void> {
  server.serve(builds.get(version)!);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
  await expect.poll(() => state(page)).toBe("update-waiting");
}

async function acceptUpdate(page: Page): Promise<void> {
  const reloaded = page.waitForEvent("load");
  await page.evaluate(() => void offlineLab.app.applyUpdate());
  await reloaded;
}

test("the page starts with the host gone: the library, a notebook's address, and after a reload", async ({ page }) => {
  await install(page);
  await server.stop();
  await page.reload();
  await expect(page.locator("main")).toHaveText("build one");
  expect(await state(page)).toBe("ready-offline");
  const address = `${origin}/n/AbCdEfGhIjKlMnOpQrStUv#k=secret`;
  const answer = await page.goto(address);
  expect(answer?.fromServiceWorker()).toBe(true);
  expect(answer?.headers()["content-security-policy"]).toContain("frame-ancestors 'none'");
  await expect(page.locator("main")).toHaveText("build one");
  expect(page.url()).toBe(address);
  const fresh = await page.context().newPage();
  await fresh.goto(origin);
  await expect(fresh.locator("main")).toHaveText("build one");
});

test("the runner frame starts with the host gone, opaque and with its own headers", async ({ page }) => {
  await install(page);
  await server.stop();
  await page.reload();
  const answered = page.waitForResponse(`${origin}/runner.html`);
  const frame = await page.evaluate(() => offlineLab.frame());
  expect(frame).toEqual({ origin: "null", hello: { type: "meshbook-runner-hello" } });
  const headers = (await answered).headers();
  for (const [name, value] of Object.entries(RUNNER_HEADERS)) expect(headers[name.toLowerCase()]).toBe(value);
});

test("what the host answers live is never kept", async ({ page }) => {
  await install(page);
  const live = ["/host.json", "/blobs/room/hash", "/sync/room", "/signal", "/mqtt"];
  const ask = (path: string): Promise<string> =>
    page.evaluate(
      (asked) =>
        fetch(asked)
          .then((answer) => answer.text())
          .catch(() => "no answer"),
      path,
    );
  for (const path of live) {
    const first = await ask(path);
    expect(first).toContain("asked");
    expect(await ask(path)).not.toBe(first);
  }
  await server.stop();
  for (const path of live) expect(await ask(path)).toBe("no answer");
});

test("an installed page asks the host for nothing but a newer build", async ({ page }) => {
  await install(page);
  server.requests.length = 0;
  await page.reload();
  await expect(page.locator("main")).toHaveText("build one");
  await page.goto(`${origin}/n/AbCdEfGhIjKlMnOpQrStUv`);
  expect(server.requests.filter((path) => path !== "/sw.js")).toEqual([]);
});

test("a newer build waits, however often the page is loaded, until the user accepts it", async ({ page }) => {
  await install(page);
  await offer(page, "two");
  await page.reload();
  await expect(page.locator("main")).toHaveText("build one");
  await expect.poll(() => state(page)).toBe("update-waiting");
  await acceptUpdate(page);
  await expect(page.locator("main")).toHaveText("build two");
  await expect.poll(() => state(page)).toBe("ready-offline");
});

test("accepting saves first, and does not reload if something could not be saved", async ({ page }) => {
  await install(page);
  await offer(page, "two");
  const after = await page.evaluate(async () => {
    offlineLab.canSave = false;
    await offlineLab.app.applyUpdate();
    return offlineLab.saves;
  });
  expect(after).toBe(1);
  await expect(page.locator("main")).toHaveText("build one");
  expect(await state(page)).toBe("update-waiting");
});

test("another tab goes on with its build, parts it loads late included, with the host gone", async ({ page }) => {
  await install(page);
  const other = await page.context().newPage();
  await other.goto(origin);
  await offer(page, "two");
  await acceptUpdate(page);
  await expect(page.locator("main")).toHaveText("build two");
  await server.stop();
  await expect(other.locator("main")).toHaveText("build one");
  const late = (path: string): Promise<string> => other.evaluate((asked) => offlineLab.lateChunk(asked), path);
  expect(await late("/assets/late-one.js")).toBe("late part of one");
  await other.reload();
  await expect(other.locator("main")).toHaveText("build two");
});

test("a newer build is used from the next start, when no tab is open any more", async ({ page }) => {
  await install(page);
  await offer(page, "two");
  const context = page.context();
  await page.close();
  const next = await context.newPage();
  await next.goto(origin);
  await expect(next.locator("main")).toHaveText("build two");
});

test("a build that cannot be fetched whole is not installed", async ({ page }) => {
  await install(page);
  const torn = join(root, "torn");
  await makeBuild("torn");
  await rm(join(torn, "assets/late-torn.js"));
  server.serve(torn);
  const outcome = await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await registration.update().catch(() => undefined);
    const found = registration.installing;
    if (found) await new Promise((resolve) => found.addEventListener("statechange", resolve, { once: true }));
    return found?.state;
  });
  expect(outcome).toBe("redundant");
  await server.stop();
  await page.reload();
  await expect(page.locator("main")).toHaveText("build one");
});

test("unchanged files are not fetched again, and old builds are deleted but the last", async ({ page }) => {
  await install(page);
  for (const version of ["two", "three"]) {
    server.requests.length = 0;
    await offer(page, version);
    expect(server.requests).toContain(`/assets/late-${version}.js`);
    expect(server.requests).not.toContain("/assets/same-0.js");
    await acceptUpdate(page);
    await expect(page.locator("main")).toHaveText(`build ${version}`);
  }
  const keptParts = (): Promise<string[]> =>
    page.evaluate(async () => {
      const kept: string[] = [];
      for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
      }
      return kept.filter((path) => path.includes("late")).sort();
    });
  await expect.poll(keptParts).toEqual(["/assets/late-three.js", "/assets/late-two.js"]);
});

test("on a plain http page there is nothing to install, and that is no error", async ({ page }) => {
  const escaped: Error[] = [];
  page.on("pageerror", (error) => escaped.push(error));
  await page.goto(origin.replace("127.0.0.1", LAN_NAME));
  expect(await state(page)).toBe("none");
  await page.evaluate(() => offlineLab.app.applyUpdate());
  expect(escaped).toEqual([]);
});

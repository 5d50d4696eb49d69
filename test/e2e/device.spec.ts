// What a browser gives a page beside documents: blobs, the shelf, a key, files, the clipboard, and one tab that connects.
// Everything runs twice where it differs: in a secure context, and on a plain http page as a class on a LAN serves it.

import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, type Page } from "playwright/test";
import { BadInputError } from "#shared/base/errors.ts";
import { FILE_LIMIT, type ChosenFile } from "#shared/ports/Host.ts";
import { NodeSigner } from "../../workers/agent/NodeSigner.ts";
import { hostCases, type HostPlace } from "../contract/host.ts";
import { serveBundle, type ServedPage } from "../support/bundledPage.ts";
import { LAN_NAME } from "../support/lanName.ts";
import type { SuiteName } from "./pages/devicePage.ts";

let served: ServedPage;
test.beforeAll(async () => {
  served = await serveBundle("test/e2e/pages/devicePage.ts");
});
test.afterAll(() => served.close());

const pages = [
  { kind: "a secure page", secure: true, url: () => served.url },
  { kind: "a plain http page", secure: false, url: () => served.url.replace("127.0.0.1", LAN_NAME) },
] as const;

async function open(page: Page, url: string): Promise<Page> {
  await page.goto(url);
  return page;
}

for (const { kind, secure, url } of pages) {
  test.describe(`on ${kind}`, () => {
    test("is what it is called", async ({ page }) => {
      await open(page, url());
      expect(await page.evaluate(() => isSecureContext)).toBe(secure);
    });

    for (const suite of ["blobs", "collectable", "library", "signer"] satisfies readonly SuiteName[]) {
      test(`the contract of ${suite} is kept`, async ({ page }) => {
        await open(page, url());
        expect(await page.evaluate((name) => deviceLab.caseCount(name), suite)).toBeGreaterThan(4);
        expect(await page.evaluate((name) => deviceLab.runSuite(name), suite)).toEqual({});
      });
    }

    test("the device is the same peer after a reload, and in another tab", async ({ page, context }) => {
      await open(page, url());
      const before = await page.evaluate(() => deviceLab.device());
      await page.reload();
      const after = await page.evaluate(() => deviceLab.device());
      const other = await (await open(await context.newPage(), url())).evaluate(() => deviceLab.device());
      expect([after.peer, other.peer]).toEqual([before.peer, before.peer]);
      expect(before.keeping).toBe(secure ? "guarded" : "readable");
    });

    test("Node verifies what the page signed, and the page what Node signed", async ({ page }) => {
      await open(page, url());
      const message = new TextEncoder().encode("from the page");
      const node = NodeSigner.create();
      const device = await page.evaluate(() => deviceLab.device());
      const [publicKey, signed] = [Uint8Array.from(device.publicKey), Uint8Array.from(device.signed)];
      expect(await node.verify(publicKey, message, signed)).toBe(true);
      const theirs = [[...node.publicKey], [...(await node.sign(message))]] as const;
      expect(await page.evaluate(([key, signature]) => deviceLab.verify(key, signature), theirs)).toBe(true);
    });

    test("one tab holds the lock; when it closes, the other gets it", async ({ page, context }) => {
      const tabs = [await open(page, url()), await open(await context.newPage(), url())];
      const holding = (): Promise<boolean[]> =>
        Promise.all(tabs.map((tab) => tab.evaluate(() => deviceLab.holdsLock())));
      await tabs[0]?.evaluate(() => deviceLab.takeLock());
      await expect.poll(holding).toEqual([true, false]);
      await tabs[1]?.evaluate(() => deviceLab.takeLock());
      await expect.poll(holding).toEqual([true, false]);
      await tabs.shift()?.close();
      await expect.poll(holding).toEqual([true]);
    });

    test("settings outlive the page and are heard in another tab", async ({ page, context }) => {
      await open(page, url());
      const other = await open(await context.newPage(), url());
      await other.evaluate(() => deviceLab.settings.subscribe("theme", () => deviceLab.heard++));
      await page.evaluate(() => deviceLab.settings.set("theme", { name: "dark" }));
      await expect.poll(() => other.evaluate(() => deviceLab.heard)).toBe(1);
      expect(await other.evaluate(() => deviceLab.settings.get("theme"))).toEqual({ name: "dark" });
      await page.reload();
      expect(await page.evaluate(() => deviceLab.settings.get("theme"))).toEqual({ name: "dark" });
    });

    test.describe("BrowserHost keeps the contract of a Host: it", () => {
      let place: HostPlace | undefined;
      for (const { name, run } of hostCases(() => Promise.resolve(place!))) {
        test(name, async ({ page, context }) => {
          if (secure) await context.grantPermissions(["clipboard-read", "clipboard-write"]);
          await open(page, url());
          place = browserPlace(page, secure);
          await run();
        });
      }
    });
  });
}

test("how full storage is can be told on a secure page", async ({ page }) => {
  await open(page, served.url);
  const state = await page.evaluate(() => deviceLab.storageState());
  expect(state).toMatchObject({ nearlyFull: false });
  expect(state?.quota).toBeGreaterThan(1_000_000);
});

/** A page's host, with a user in front of it who is the test. */
function browserPlace(page: Page, secure: boolean): HostPlace {
  const folder = mkdtempSync(join(tmpdir(), "meshbook-browser-host-"));
  const choose = (paths: readonly string[]): Promise<void> => {
    page.once("filechooser", (chooser) => void chooser.setFiles([...paths]));
    return Promise.resolve();
  };
  const write = (name: string, content: Uint8Array): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  let saving: Promise<ChosenFile> | undefined;
  return {
    host: {
      chooseFile: async (extensions) => {
        const answer = await page.evaluate(async (asked) => {
          try {
            const file = await deviceLab.host.chooseFile(asked);
            return { file: file && { name: file.name, content: [...file.content] } };
          } catch (error) {
            return { failure: (error as { code?: string }).code, message: (error as Error).message };
          }
        }, extensions);
        if (answer.failure === "bad-input") throw new BadInputError(answer.message);
        return answer.file && { name: answer.file.name, content: Uint8Array.from(answer.file.content) };
      },
      saveFile: (name, content, mime) => {
        saving = page.waitForEvent("download").then(async (download) => {
          return { name: download.suggestedFilename(), content: readFileSync(await download.path()) };
        });
        return page.evaluate(([n, bytes, m]) => deviceLab.host.saveFile(n, Uint8Array.from(bytes), m), [
          name,
          [...content],
          mime,
        ] as const);
      },
      copyText: (text) => page.evaluate((copied) => deviceLab.host.copyText(copied), text),
    },
    willChoose: (file) => choose(file ? [write(file.name, file.content)] : []),
    willChooseTooLarge: () => {
      const path = write("huge.ipynb", new Uint8Array());
      truncateSync(path, FILE_LIMIT + 1);
      return choose([path]);
    },
    willSave: undefined,
    saved: () => saving ?? Promise.resolve(undefined),
    copied: async () => {
      if (secure) return page.evaluate(() => navigator.clipboard.readText());
      // A plain http page may not read the clipboard; its user can paste.
      await page.evaluate(() => document.body.append(document.createElement("textarea")));
      await page.locator("textarea").focus();
      await page.keyboard.press("ControlOrMeta+v");
      return page.locator("textarea").inputValue();
    },
    close: () => Promise.resolve(rmSync(folder, { recursive: true })),
  };
}

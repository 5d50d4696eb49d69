// Outputs that no notebook shows any more do not fill the browser's storage for ever, and none that is shown goes.

import { expect, type Page } from "playwright/test";
import { contentHashOfText } from "#shared/base/hash.ts";
import { GRACE } from "#shared/blobs/planCollection.ts";
import { Person } from "../support/app/Person.ts";
import { longTest } from "./withHost.ts";

const GARBAGE = "an output of last term";

/** Hashes of the blobs in the page's storage. */
const blobs = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open("meshbook-device");
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error!);
    });
    const keys = await new Promise<IDBValidKey[]>((resolve) => {
      const request = db.transaction("blobs").objectStore("blobs").getAllKeys();
      request.onsuccess = () => resolve(request.result);
    });
    db.close();
    return keys.map(String).filter((key) => /^[0-9a-f]{64}$/.test(key));
  });

/** As if the device had held these blobs, and found nothing that mentions them, for a month. */
const age = (page: Page, hashes: readonly string[], content: string): Promise<void> =>
  page.evaluate(
    async ({ hashes, content, waited }) => {
      const db = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open("meshbook-device");
        request.onsuccess = () => resolve(request.result);
      });
      const transaction = db.transaction("blobs", "readwrite");
      const store = transaction.objectStore("blobs");
      store.put(new TextEncoder().encode(content), hashes[0]);
      for (const hash of hashes) store.put({ seen: Date.now(), waited }, `unreferenced/${hash}`);
      await new Promise((resolve) => (transaction.oncomplete = resolve));
      db.close();
      localStorage.removeItem("meshbook.blobs.collected");
    },
    { hashes, content, waited: GRACE },
  );

longTest(
  "what no notebook shows is deleted after a month, and the page says so",
  async ({ browser, ownHost: host }) => {
    const ana = await Person.arrive(browser, host.ready.url);
    await ana.createNotebook();
    await ana.write(0, "console.log('shown '.repeat(2000))");
    await ana.run(0);
    await expect(ana.outputs(0)).toContainText("shown");
    await expect.poll(() => blobs(ana.page)).toHaveLength(1);
    const [shown] = await blobs(ana.page);
    const garbage = contentHashOfText(GARBAGE);
    await age(ana.page, [garbage, shown!], GARBAGE);
    expect(await blobs(ana.page)).toHaveLength(2);
    await ana.reload();
    await expect.poll(() => blobs(ana.page)).toEqual([shown]);
    await expect(ana.outputs(0)).toContainText("shown");
    await ana.page.locator("[data-tip='Where this notebook is kept']").click();
    await expect(ana.page.getByText(/Freed on .*: 22 B of outputs and files/)).toBeVisible();
    expect(ana.errors).toEqual([]);
  },
);

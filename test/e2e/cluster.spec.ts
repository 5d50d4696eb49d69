// The computers of a class: how one more is added, what is seen of each, and of what runs on it.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { ensureBuilt } from "../support/built.ts";
import { test } from "./withHost.ts";

test.beforeAll(() => ensureBuilt("node and web"));

test("the panel says how a computer is added, shows it, its leases and figures, and what ended can be run again", async ({
  browser,
  ownHost: host,
}) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.leaveText();
  await ana.page.keyboard.press("q");
  const panel = ana.page.getByRole("dialog", { name: "What runs" });
  const computers = panel.getByRole("region", { name: "Computers of the class" });
  await expect(computers).toContainText("None is here that runs cells");
  const command = await computers.getByRole("textbox").inputValue();
  const [, link = ""] = /^node workers\/cli\/meshbook\.mjs agent --join '(.+)'$/.exec(command) ?? [];
  const data = mkdtempSync(join(tmpdir(), "meshbook-added-"));
  const agent = spawn(
    process.execPath,
    [
      join("dist", "node", "agent.mjs"),
      "--join",
      link,
      "--data",
      data,
      "--name",
      "added",
      "--slots",
      "1",
      "--label",
      "gpu=a100",
    ],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  try {
    const row = computers.getByRole("listitem").filter({ hasText: "added" });
    await expect(row).toContainText("gpu=a100");
    await expect(row).toContainText(/meshbook \d/);
    await expect(row.getByRole("img", { name: "0 of 1 places taken" })).toBeVisible();
    await ana.page.keyboard.press("Escape");

    await ana.write(0, "console.log('begun'); for (;;) {}");
    await ana.runOn(0, /of \d+ places free/);
    await expect(ana.cell(0)).toContainText("begun");
    await ana.leaveText();
    await ana.page.keyboard.press("q");
    const going = panel.getByRole("listitem").filter({ hasText: "Cell 1" });
    await expect(going).toContainText(/Heard of just now · lease ends in \d s/);
    await expect(going).toContainText("begun");
    await expect(row.getByRole("img", { name: "1 of 1 places taken" })).toBeVisible();
    await going.getByRole("button", { name: "Stop cell 1" }).press("Enter");

    const ended = panel.getByRole("region", { name: "Ended" });
    await expect(ended).toContainText("Interrupted on added");
    await ended.getByRole("button", { name: "Log of cell 1" }).press("Enter");
    await expect(ended.getByRole("region", { name: "What cell 1 printed" })).toHaveText(/begun/);
    // One within the last minute, unless this machine took longer to get here.
    await expect(row).toContainText(/0(\.02)? jobs\/s · answers in \d+ ms/);
    await ended.getByRole("button", { name: "Run cell 1 again" }).press("Enter");
    await expect(going).toContainText(/Running on added/);
    await expect(ended).toBeHidden();
    await going.getByRole("button", { name: "Stop cell 1" }).press("Enter");
    await expect(ended).toContainText("Interrupted on added");
    expect(ana.errors).toEqual([]);
  } finally {
    agent.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  }
});

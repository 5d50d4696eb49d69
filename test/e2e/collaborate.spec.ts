// Two people in one notebook, each in a browser of their own.

import { expect } from "playwright/test";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { parsePresence } from "#shared/presence/presence.ts";
import { readProof } from "#shared/rooms/presenceProof.ts";
import { Person } from "../support/app/Person.ts";
import { stockClient } from "../support/hub/hubClient.ts";
import { test } from "./withHost.ts";

test("two people type into one cell at once, and nothing typed is lost", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  await ana.type(0, "// start\n");
  await expect.poll(() => ben.text(0)).toContain("// start");
  await Promise.all([ana.type(0, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), ben.type(0, "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]);
  for (const person of [ana, ben]) {
    // Every letter once: nothing lost, nothing doubled, whoever typed between whose.
    await expect
      .poll(async () => [...(await person.text(0))].sort().join(""))
      .toBe([..."// start\n", ..."a".repeat(30), ..."b".repeat(30)].sort().join(""));
  }
  expect(await ben.text(0)).toBe(await ana.text(0));
  await expect(ana.status).toContainText("Seen by 1 of 1");
  await expect(ben.status).toContainText("Held by the class host");
  expect([...ana.errors, ...ben.errors]).toEqual([]);
});

test("each sees the other's name, caret and structural changes", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  const name = await ana.name();
  await ana.type(0, "one");
  const label = ben.source(0).locator(".peer-caret__name");
  await expect(label).toHaveText(new RegExp(`^\\W*${name}\\W*$`));
  expect(await label.evaluate(progressAfterASecond), "nothing is animated as long as somebody writes").toEqual([null]);
  await ana.leaveText();
  await ana.page.keyboard.press("b");
  await expect(ben.cells).toHaveCount(2);
  await ana.page.keyboard.press("Enter");
  await ana.page.keyboard.type("two");
  await expect.poll(() => ben.text(1)).toBe("two");
  await ana.leaveText();
  await ana.page.keyboard.press("Control+Shift+ArrowUp");
  await expect.poll(() => ben.text(0)).toBe("two");
  await ana.page.keyboard.press("d");
  await ana.page.keyboard.press("d");
  await expect(ben.cells).toHaveCount(1);
  await ana.page.keyboard.press("z");
  await expect(ben.cells).toHaveCount(2);
  await expect.poll(() => ben.text(0)).toBe("two");
});

test("a name that no device signed is said to be not verified, beside whom it imitates", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  const room = RoomId.parse(notebook.split("/n/")[1])!;
  await ben.openListed(notebook);
  const name = await ben.name();
  const forger = stockClient(host.webSocketBase, room);
  const { awareness } = forger.provider;
  const stateOfBen = (): object | undefined =>
    [...awareness.getStates().values()].find(
      (state) => parsePresence(state)?.name === name && readProof(state) !== undefined,
    );
  await expect.poll(stateOfBen).toBeDefined();
  // With Ben's proof, but the host lets nobody else be Ben's device while that is here.
  awareness.setLocalState({ ...stateOfBen(), peer: PeerId.createPassing() });
  await ana.page.getByRole("button", { name: "3 people are here" }).click();
  const people = ana.page.locator(".people-list__name").filter({ hasText: name });
  await expect(people).toHaveCount(2);
  await expect(people.filter({ hasText: "not verified" })).toHaveCount(1);
  forger.close();
  await expect(people).toHaveText([name]);
});

test("undo takes back one's own typing and nobody else's", async ({ browser, host }) => {
  const [ana, ben] = await Promise.all([
    Person.arrive(browser, host.ready.url),
    Person.arrive(browser, host.ready.url),
  ]);
  const notebook = await ana.createNotebook();
  await ben.openListed(notebook);
  // In one go: keys that a busy machine takes slowly are undone in several steps.
  await ana.write(0, "mine ");
  await expect.poll(() => ben.text(0)).toBe("mine ");
  await ben.type(0, "theirs");
  await expect.poll(() => ana.text(0)).toBe("mine theirs");
  await ana.enter(0);
  await ana.page.keyboard.press("Control+z");
  for (const person of [ana, ben]) await expect.poll(() => person.text(0)).toBe("theirs");
});

test("an invitation by link brings somebody who is not in the class", async ({ browser, host }) => {
  const ana = await Person.arrive(browser, host.ready.url);
  await ana.createNotebook();
  await ana.type(0, "shared");
  await ana.page.getByRole("button", { name: "Share" }).click();
  const link = await ana.page.getByRole("dialog").getByRole("textbox").first().inputValue();
  expect(link).toContain("#k=");
  const guest = await Person.arrive(browser, link);
  await expect.poll(() => guest.text(0)).toBe("shared");
  // The secret is not left where a projector shows it.
  expect(guest.page.url()).not.toContain("#");
  await guest.type(0, " with a guest");
  await expect.poll(() => ana.text(0)).toBe("shared with a guest");
});

/** Of each animation of an element; null while it waits for its delay, in which it costs no frames. */
function progressAfterASecond(element: Element): (number | null | undefined)[] {
  return element.getAnimations().map((animation) => {
    animation.currentTime = 1000;
    return animation.effect?.getComputedTiming().progress;
  });
}

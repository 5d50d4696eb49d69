// A class with rules whose host is gone: those who may write go on writing to one another directly, and nobody else does.

import { expect, type Browser } from "playwright/test";
import * as Y from "yjs";
import { answerMessage, askMessage, partMessage, updateMessage } from "#shared/adapters/webrtc/peerMessage.ts";
import { Person } from "../support/app/Person.ts";
import { untilInstalled } from "../support/app/untilInstalled.ts";
import { RawLinks } from "../support/faults/RawLinks.ts";
import { longTest } from "./withHost.ts";

interface Member {
  readonly person: Person;
  readonly links: RawLinks;
}

async function arrive(browser: Browser, url: string, stubborn = false): Promise<Member> {
  const context = await browser.newContext({ viewport: { width: 1200, height: 1000 } });
  const page = await context.newPage();
  const links = await RawLinks.watch(context, page, stubborn);
  const person = new Person(context, page);
  await page.goto(url);
  return { person, links };
}

async function openRules(person: Person): Promise<void> {
  await person.page.getByRole("button", { name: "More", exact: true }).click();
  await person.page.getByRole("menuitem", { name: "Who may do what" }).click();
  await expect(person.page.getByLabel("Whoever has the link may")).toBeVisible();
}

/** A change that nobody can overlook: of the title, under a client id that wins over everybody's. */
function vandalism(): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = 2 ** 32 - 2;
  doc.getMap("meta").set("title", "Defaced");
  return Y.encodeStateAsUpdate(doc);
}

longTest(
  "without their host editors go on together, a reader's forgeries reach nobody, and who is taken out is cut off",
  async ({ browser, ownHost: host }) => {
    const [tess, ana] = await Promise.all([arrive(browser, host.ready.url), arrive(browser, host.ready.url)]);
    const vic = await arrive(browser, host.ready.url, true);
    const people = [tess, ana, vic].map(({ person }) => person);
    const notebook = await tess.person.createNotebook();
    for (const { person } of [ana, vic]) await person.openListed(notebook);
    await tess.person.type(0, "before");
    for (const person of people) await expect.poll(() => person.text(0)).toBe("before");

    // The list of people may close when its reader's rights change.
    const named = await ana.person.name();
    await openRules(tess.person);
    const { page } = tess.person;
    await page.getByLabel("Whoever has the link may").selectOption({ label: "Read" });
    await expect(page.getByText("each computer checks what it is sent", { exact: false })).toBeVisible();
    await page.getByLabel(`What ${named} may do`).selectOption({ label: "Edit" });
    await page.keyboard.press("Escape");
    await expect(vic.person.page.getByText("You may read this notebook, not change it.")).toBeVisible();
    await expect(ana.person.page.getByText("You may read this notebook, not change it.")).toHaveCount(0);
    // With rules from here on, and linked all the same.
    for (const { links } of [tess, ana, vic]) await expect.poll(() => links.count()).toBe(2);
    await expect(ana.person.status).toContainText("Seen by 2 of 2");

    // What menus show is loaded late.
    for (const person of people) await untilInstalled(person.page);
    await host.kill();
    await expect(ana.person.status).not.toContainText("Held by the class host");
    await ana.person.type(0, ", and after");
    for (const person of people) await expect.poll(() => person.text(0)).toBe("before, and after");
    await expect(tess.person.status).toContainText("Seen by 2 of 2");

    const update = vandalism();
    const forged = [updateMessage(update), answerMessage(update), partMessage(update, 0)];
    const answered = await vic.links.answers();
    // The question comes last: whoever has answered it has dealt with what came before it.
    await vic.links.send([...forged, askMessage(Y.encodeStateVector(new Y.Doc()))].map((message) => [...message]));
    await expect
      .poll(async () => (await vic.links.answers()).every((count, index) => count > (answered[index] ?? 0)))
      .toBe(true);
    // And into its own document, past the page that would not let it.
    await vic.person.source(0).evaluate((content) => {
      const { cmTile, cmView } = content as unknown as Record<"cmTile" | "cmView", { view?: EditorLike } | undefined>;
      (cmTile ?? cmView)?.view?.dispatch({ changes: { from: 0, insert: "defaced " } });
    });
    await expect.poll(() => vic.person.text(0)).toContain("defaced");
    await tess.person.type(0, " all");
    await expect.poll(() => ana.person.text(0)).toBe("before, and after all");
    for (const { person } of [tess, ana]) {
      // Theirs are the same, and the reader's is not.
      await expect(person.status).toContainText("Seen by 1 of 2");
      expect(await person.text(0)).toBe("before, and after all");
      await expect(person.page.getByText("Defaced")).toHaveCount(0);
    }

    const name = await vic.person.name();
    await openRules(tess.person);
    await page.getByLabel(`What ${name} may do`).selectOption({ label: "Nothing" });
    await page.keyboard.press("Escape");
    await expect(vic.person.page.getByText("You were taken out of this notebook.", { exact: false })).toBeVisible();
    // The page of the one taken out holds on to its links: the others end them, also she who was only told.
    await expect.poll(() => vic.links.count()).toBe(0);
    await ana.person.type(0, " without");
    await expect.poll(() => tess.person.text(0)).toBe("before, and after all without");
    await expect(tess.person.status).toContainText("Seen by 1 of 1");
    expect(await vic.person.text(0)).not.toContain("without");
    expect([...tess.person.errors, ...ana.person.errors]).toEqual([]);
  },
);

interface EditorLike {
  dispatch(transaction: { readonly changes: { readonly from: number; readonly insert: string } }): void;
}

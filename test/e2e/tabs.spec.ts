// One notebook in two tabs of one browser: one of them is linked to others and to the class host for both, until it is gone.

import { expect } from "playwright/test";
import { Person } from "../support/app/Person.ts";
import { longTest } from "./withHost.ts";

longTest(
  "a second tab needs no links of its own, and takes them over when the first crashes",
  async ({ browser, host }) => {
    const ana = await Person.arrive(browser, host.ready.url);
    const address = await ana.createNotebook();
    await expect(ana.status).toContainText("Held by the class host");
    const ben = await Person.arrive(browser, host.ready.url);
    await ben.openListed(address);

    const second = new Person(ana.context, await ana.context.newPage());
    const links: string[] = [];
    second.page.on("websocket", (socket) => links.push(socket.url()));
    const linked = (): boolean => links.some((url) => url.includes("/signal"));
    const atHub = (): boolean => links.some((url) => url.includes(`/sync/${address.split("/n/")[1]}`));
    await second.visit(address);
    await expect(second.cells).toHaveCount(1);
    await second.type(0, "from the second tab. ");
    for (const person of [ana, ben]) await expect.poll(() => person.text(0)).toBe("from the second tab. ");
    await ben.type(0, "from ben. ");
    await expect.poll(() => second.text(0)).toBe("from the second tab. from ben. ");
    await expect(second.status).toContainText("Held by the class host");
    await expect(ben.status).toContainText("Seen by 1 of 1");
    expect([linked(), atHub()]).toEqual([false, false]);

    await ana.page.goto("chrome://crash").catch(() => undefined);
    await second.type(0, "alone now. ");
    await expect.poll(() => ben.text(0)).toBe("from the second tab. from ben. alone now. ");
    await expect.poll(() => linked() && atHub()).toBe(true);
    await expect(second.status).toContainText("Held by the class host");
    await expect(ben.status).toContainText("Seen by 1 of 1");
    expect([...second.errors, ...ben.errors]).toEqual([]);
  },
);

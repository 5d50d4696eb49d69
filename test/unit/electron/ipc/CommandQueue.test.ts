import { describe, expect, it } from "vitest";
import { CommandQueue, QUEUE_LIMIT } from "../../../../electron/ipc/CommandQueue.ts";

const NEW = { type: "new-notebook" } as const;
const OPEN = { type: "choose-file" } as const;

describe("CommandQueue", () => {
  it("keeps commands in order until they are asked for", async () => {
    const queue = new CommandQueue();
    queue.push(NEW);
    queue.push(OPEN);
    expect([await queue.next(), await queue.next()]).toEqual([NEW, OPEN]);
  });

  it("gives a command at once to a page that waits, and only once", async () => {
    const queue = new CommandQueue();
    const first = queue.next();
    queue.push(NEW);
    queue.push(OPEN);
    expect([await first, await queue.next()]).toEqual([NEW, OPEN]);
  });

  it("lets a later call take the place of an earlier one", async () => {
    const queue = new CommandQueue();
    const earlier = queue.next();
    const later = queue.next();
    queue.push(NEW);
    expect([await earlier, await later]).toEqual([undefined, NEW]);
  });

  it("keeps a command that comes after the page is gone for the next page", async () => {
    const queue = new CommandQueue();
    const gone = queue.next();
    queue.pageGone();
    queue.push(NEW);
    expect([await gone, await queue.next()]).toEqual([undefined, NEW]);
  });

  it("takes no more than its limit", () => {
    const queue = new CommandQueue();
    const taken = Array.from({ length: QUEUE_LIMIT + 1 }, () => queue.push(NEW));
    expect(taken.filter(Boolean)).toHaveLength(QUEUE_LIMIT);
    expect(taken.at(-1)).toBe(false);
  });
});

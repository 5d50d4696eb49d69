import { describe, expect, it } from "vitest";
import { EditorTurns } from "../../../../../../renderer/cell/editor/turns/EditorTurns.ts";

/** A page whose idleness and pauses come when they are called for. */
function stage() {
  const page = new EventTarget();
  const pauses: (() => void)[] = [];
  let becomeIdle = (): void => {};
  const idle = new Promise<void>((resolve) => (becomeIdle = resolve));
  const pause = (): Promise<void> => new Promise((resolve) => pauses.push(resolve));
  const turns = new EditorTurns({ page, idle: () => idle, pause });
  const given: string[] = [];
  const ask = (name: string) => turns.await(() => given.push(name));
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const nextPause = async (): Promise<void> => {
    await settle();
    pauses.shift()?.();
    await settle();
  };
  return { page, turns, given, ask, nextPause, becomeIdle: () => becomeIdle() };
}

describe("turns of editors", () => {
  it("wait until somebody is there, then come one in each pause, in order", async () => {
    const { page, given, ask, nextPause } = stage();
    for (const name of ["one", "two", "three"]) ask(name);
    await nextPause();
    expect(given).toEqual([]);
    page.dispatchEvent(new Event("pointermove"));
    await nextPause();
    expect(given).toEqual(["one"]);
    await nextPause();
    expect(given).toEqual(["one", "two"]);
    ask("four");
    await nextPause();
    await nextPause();
    expect(given).toEqual(["one", "two", "three", "four"]);
  });

  it("begin without anybody when the page is idle", async () => {
    const { given, ask, nextPause, becomeIdle } = stage();
    ask("one");
    becomeIdle();
    await nextPause();
    expect(given).toEqual(["one"]);
  });

  it("are not given to who gave up, nor after the end", async () => {
    const { page, turns, given, ask, nextPause } = stage();
    const giveUp = ask("one");
    ask("two");
    giveUp();
    page.dispatchEvent(new Event("keydown"));
    await nextPause();
    expect(given).toEqual(["two"]);
    ask("three");
    turns.dispose();
    await nextPause();
    expect(given).toEqual(["two"]);
  });
});

import { describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { ms, seconds } from "#shared/base/units.ts";
import { END_GRACE, Supervisor, type Child } from "../../../../broker/process/Supervisor.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

interface FakeChild extends Child {
  readonly asked: string[];
  die(reason: string): void;
}

function fakeChild(pid: number): FakeChild {
  let die: (reason: string) => void = () => {};
  const ended = new Promise<string>((resolve) => (die = resolve));
  const asked: string[] = [];
  return { pid, ended, asked, die, end: () => void asked.push("end"), kill: () => void asked.push("kill") };
}

function supervised() {
  const clock = new FakeClock();
  const children: FakeChild[] = [];
  const start = () => {
    const child = fakeChild(children.length + 1);
    children.push(child);
    return child;
  };
  const supervisor = new Supervisor({ name: "child", start, clock, logger: silentLogger });
  return { clock, children, supervisor };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("Supervisor", () => {
  it("starts a child again that has died, later each time it dies young", async () => {
    const { clock, children, supervisor } = supervised();
    supervisor.start();
    for (const delay of [250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]) {
      const count = children.length;
      children.at(-1)!.die("crash");
      await settle();
      expect(supervisor.pid).toBeUndefined();
      clock.advance(ms(delay - 1));
      expect(children.length).toBe(count);
      clock.advance(ms(1));
      expect(children.length).toBe(count + 1);
    }
  });

  it("is quick again after a child that started well", async () => {
    const { clock, children, supervisor } = supervised();
    supervisor.start();
    children[0]!.die("crash");
    await settle();
    clock.advance(ms(250));
    clock.advance(seconds(5));
    children[1]!.die("crash");
    await settle();
    clock.advance(ms(250));
    expect(children.length).toBe(3);
  });

  it("ends the child when stopped and starts none again", async () => {
    const { clock, children, supervisor } = supervised();
    supervisor.start();
    const stopped = supervisor.stop();
    children[0]!.die("ended");
    await stopped;
    clock.advance(seconds(60));
    expect(children.length).toBe(1);
    expect(children[0]!.asked).toEqual(["end"]);
  });

  it("kills a child that does not end when asked", async () => {
    const { clock, children, supervisor } = supervised();
    supervisor.start();
    const stopped = supervisor.stop();
    clock.advance(END_GRACE);
    expect(children[0]!.asked).toEqual(["end", "kill"]);
    children[0]!.die("SIGKILL");
    await stopped;
  });

  it("does not start a child that was waiting for its restart when it was stopped", async () => {
    const { clock, children, supervisor } = supervised();
    supervisor.start();
    children[0]!.die("crash");
    await settle();
    await supervisor.stop();
    clock.advance(seconds(60));
    expect(children.length).toBe(1);
  });
});

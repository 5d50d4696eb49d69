import { Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { ms } from "#shared/base/units.ts";
import { BACKLOG_LIMITS, Backlogs } from "../../../../broker/mqtt/Backlogs.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

const { patience } = BACKLOG_LIMITS;

/** A client of which the socket is full each time `send` is called, and empty once it emits `drain`. */
function openClient() {
  const clock = new FakeClock();
  const socket = new Socket();
  const wait = new Backlogs(clock, silentLogger).watch(socket, () => "client");
  /** Says whether whoever sends may go on at once. */
  const send = async (): Promise<boolean> => {
    let mayGoOn = false;
    wait(() => (mayGoOn = true));
    await turn();
    return mayGoOn;
  };
  return { clock, socket, send };
}

describe("those who send to a client that reads slowly", () => {
  it("wait for it once, and no more while it takes longer than they wait", async () => {
    const { clock, socket, send } = openClient();
    const sent: boolean[] = [];
    for (let burst = 0; burst < 3; burst += 1) {
      sent.push(await send());
      clock.advance(ms(patience * 2));
      socket.emit("drain");
    }
    expect(sent).toEqual([false, true, true]);
  });

  it("wait again once it took everything in time", async () => {
    const { clock, socket, send } = openClient();
    await send();
    clock.advance(patience);
    socket.emit("drain");
    const whenSlow = await send();
    clock.advance(ms(patience / 2));
    socket.emit("drain");
    expect([whenSlow, await send()]).toEqual([true, false]);
  });
});

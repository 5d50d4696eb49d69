import { connectAsync, type MqttClient } from "mqtt";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { join } from "node:path";
import { BrokerProcess } from "../../../broker/mqtt/process/BrokerProcess.ts";
import { TestRealm } from "../../support/brokers/TestRealm.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

beforeAll(() => ensureBuilt());

const members = new TestRealm();
const realm = `mb1/${members.tag}`;
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0)) await close();
});

async function startBroker(): Promise<BrokerProcess> {
  const script = join(DIST, "node/broker.mjs");
  const broker = await BrokerProcess.start({
    script,
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    logger: silentLogger,
  });
  opened.push(() => broker.stop());
  return broker;
}

async function client(port: number): Promise<MqttClient> {
  const peer = members.newPeer();
  const connected = await connectAsync(`mqtt://127.0.0.1:${port}`, {
    ...{ clientId: peer, ...(await members.login(peer)), protocolVersion: 4, reconnectPeriod: 50 },
  });
  // A token is taken once.
  connected.on("close", () => void members.login(peer).then((login) => Object.assign(connected.options, login)));
  opened.unshift(() => connected.endAsync(true));
  return connected;
}

/** Resolves when `from` reaches `to` through the broker: asks again until it is heard. */
async function untilHeard(from: MqttClient, to: MqttClient, text: string): Promise<void> {
  let heard = false;
  to.on("message", (_topic, payload) => (heard ||= payload.toString() === text));
  await untilTrue(`"${text}" is heard`, () => {
    if (from.connected) from.publish(`${realm}/i/${to.options.clientId!}/${from.options.clientId!}`, text, { qos: 0 });
    return heard;
  });
}

describe("the broker process", () => {
  it(
    "is started again on the same port each time it is killed, and its clients come back",
    async () => {
      const broker = await startBroker();
      const { port } = broker;
      const [ana, ben] = [await client(port), await client(port)];
      await ben.subscribeAsync(`${realm}/i/${ben.options.clientId!}/#`, { qos: 1 });
      await untilHeard(ana, ben, "first");
      for (let round = 0; round < (LONG ? 12 : 2); round++) {
        // The long run kills it every five seconds for a minute, the short one as soon as it is back.
        if (LONG) await new Promise((resolve) => setTimeout(resolve, 5000));
        const dead = broker.pid!;
        process.kill(dead, "SIGKILL");
        await untilTrue("another process runs", () => broker.pid !== undefined && broker.pid !== dead);
        await untilHeard(ana, ben, `after kill ${round}`);
        expect(broker.port).toBe(port);
      }
    },
    LONG ? 180_000 : 60_000,
  );

  it.skipIf(process.platform === "win32")("is killed and started again when it is stuck", async () => {
    // Windows has no SIGSTOP, which makes it stuck here.
    const broker = await startBroker();
    const [ana, ben] = [await client(broker.port), await client(broker.port)];
    await ben.subscribeAsync(`${realm}/i/${ben.options.clientId!}/#`, { qos: 1 });
    await untilHeard(ana, ben, "before");
    const stuck = broker.pid!;
    const started = performance.now();
    process.kill(stuck, "SIGSTOP");
    await untilTrue("another process runs", () => broker.pid !== undefined && broker.pid !== stuck);
    console.log(`a stuck broker was replaced after ${Math.round(performance.now() - started)} ms`);
    await untilHeard(ana, ben, "after");
  });

  it("says why it cannot start", async () => {
    const { port } = await startBroker();
    const script = join(DIST, "node/broker.mjs");
    const options = { script, host: "127.0.0.1", clock: systemClock, logger: silentLogger };
    await expect(BrokerProcess.start({ ...options, port })).rejects.toMatchObject({ reason: "EADDRINUSE" });
    await expect(BrokerProcess.start({ ...options, port: 0, script: "missing.mjs" })).rejects.toThrow("code 1");
  });
});

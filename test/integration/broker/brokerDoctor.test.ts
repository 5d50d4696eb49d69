// The doctor at brokers: the class host's own, and a real Mosquitto, over TCP and WebSocket.

import { afterAll, describe, expect, inject, it } from "vitest";
import { judgeBroker } from "#shared/doctor/judgeBroker.ts";
import { probeBroker } from "../../../workers/cli/doctor/probeBroker.ts";
import { startEmbedded } from "../../support/brokers/startEmbedded.ts";
import { startMosquitto, type RunningBroker } from "../../support/brokers/startMosquitto.ts";
import { freePort } from "../../support/freePort.ts";
import { LONG } from "../../support/property.ts";
import { runMeshbook } from "../../support/startHost.ts";

const closers: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closers) await close();
});
const started = async (broker: Promise<RunningBroker>): Promise<RunningBroker> => {
  closers.push(() => broker.then((running) => running.stop()));
  return broker;
};
const urlsOf = ({ port, webSocketPort }: RunningBroker): readonly string[] => [
  `mqtt://127.0.0.1:${port}`,
  `ws://127.0.0.1:${webSocketPort}/mqtt`,
];
const statesOf = (facts: Awaited<ReturnType<typeof probeBroker>>): Readonly<Record<string, string>> =>
  Object.fromEntries(judgeBroker("mqtt://broker", facts).map(({ id, state }) => [id, state]));

it("finds everything in order at the host's own broker, where it logs in as a member", async () => {
  const broker = await started(startEmbedded());
  for (const url of urlsOf(broker)) {
    const facts = await probeBroker({ url, login: undefined });
    expect(facts).toMatchObject({ reached: true, version: 4, as: "member", shared: undefined });
    expect(facts).toMatchObject({ retained: true, largest: true, will: expect.any(Number) as number });
    expect(Object.values(statesOf(facts))).not.toContain("problem");
  }
});

const binary = inject("mosquitto");
describe.runIf(binary !== "")("at Mosquitto", () => {
  it("speaks version 5, and finds that shared subscriptions are honest", async () => {
    const broker = await started(startMosquitto(binary));
    // Over WebSocket it takes seconds, because Mosquitto 2.0 does.
    for (const url of urlsOf(broker).slice(0, LONG ? 2 : 1)) {
      const facts = await probeBroker({ url, login: undefined });
      expect(facts).toMatchObject({ reached: true, version: 5, as: "nobody", shared: 10, retained: true });
      // Over WebSocket Mosquitto 2.0 takes 100 ms for each 4 KiB, which is told, and is no problem.
      if (url.startsWith("mqtt:")) expect(facts).toMatchObject({ largest: true });
      expect(Object.values(statesOf(facts))).not.toContain("problem");
    }
  });

  it("says that it lets in and may not be written to, and of what size messages do not come through", async () => {
    const readOnly = await started(startMosquitto(binary, { acl: "topic read #\n" }));
    const denied = await probeBroker({ url: urlsOf(readOnly)[0]!, login: undefined });
    expect(denied).toEqual({ reached: false, failure: "denied" });
    expect(judgeBroker("mqtt://broker", denied)[0]).toMatchObject({
      found: expect.stringContaining("carries no message") as string,
      advice: expect.stringContaining("broker/acl") as string,
    });
    const narrow = await started(startMosquitto(binary, { more: ["message_size_limit 2000"] }));
    const small = await probeBroker({ url: urlsOf(narrow)[0]!, login: undefined });
    expect(small).toMatchObject({ reached: true, retained: true, large: undefined, largest: false });
    expect(judgeBroker("mqtt://broker", small)).toContainEqual(
      expect.objectContaining({
        id: "broker-size",
        state: "problem",
        found: "Messages of 10 KiB do not come through.",
      }),
    );
  });

  it("says what to look at where the scheme is another", async () => {
    const broker = await started(startMosquitto(binary));
    for (const url of [`mqtt://127.0.0.1:${broker.webSocketPort}`, `ws://127.0.0.1:${broker.port}/mqtt`]) {
      const [check] = judgeBroker(url, await probeBroker({ url, login: undefined }));
      expect(check).toMatchObject({
        state: "problem",
        advice: expect.stringContaining("Check port and scheme") as string,
      });
    }
  });

  it("needs the login that is asked for", async () => {
    const login = { username: "class", password: "geheim" };
    const broker = await started(startMosquitto(binary, { login }));
    const [url = ""] = urlsOf(broker);
    expect(await probeBroker({ url, login })).toMatchObject({ reached: true, as: "given" });
    for (const wrong of [undefined, { ...login, password: "x" }]) {
      const facts = await probeBroker({ url, login: wrong });
      expect(facts).toEqual({ reached: false, failure: "login" });
      expect(judgeBroker("mqtt://broker", facts)[0]?.advice).toContain("--broker-login");
    }
  });
});

it("says that nothing listens", async () => {
  const facts = await probeBroker({ url: `mqtt://127.0.0.1:${await freePort()}`, login: undefined });
  expect(facts).toEqual({ reached: false, failure: "refused" });
});

it("meshbook doctor --broker-url says it in a terminal and in JSON, and never shows the login", async () => {
  const broker = await started(startEmbedded());
  const url = `mqtt://eve:geheim@127.0.0.1:${broker.port}`;
  const refused = await runMeshbook(["doctor", "--broker-url", url, "--json"]);
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({ healthy: false, checks: [{ id: "broker", state: "problem" }] });
  const found = await runMeshbook(["doctor", "--broker-url", `mqtt://127.0.0.1:${broker.port}`]);
  expect(found.code).toBe(0);
  expect(found.out).toContain("MQTT 3.1.1 will be used");
  for (const { out, error } of [refused, found]) expect(out + error).not.toContain("geheim");
  const both = await runMeshbook(["doctor", "http://host", "--broker-url", url]);
  expect(both.error).toMatch(/^meshbook doctor: [^\n]+\n$/);
});

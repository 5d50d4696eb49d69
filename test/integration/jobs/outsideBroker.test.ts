// A class whose broker is not the host's own: a Mosquitto with a password. Its address and login come from the host.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MqttJobTransport } from "#shared/adapters/MqttJobTransport.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { HOST_INFO_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { JobLink } from "#shared/jobs/link/JobLink.ts";
import { openToldBroker, type BrokerAccess } from "#shared/rooms/brokerAccess.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { startMosquitto, type RunningBroker } from "../../support/brokers/startMosquitto.ts";
import { runMeshbook, startHost, type RunningHost } from "../../support/startHost.ts";
import { untilValue } from "../../support/until.ts";

const binary = inject("mosquitto");
const LOGIN = { username: "class", password: "geh:eim" };

/** What a page does: it asks the host, opens the answer, and connects. */
async function pageAccess(host: RunningHost): Promise<BrokerAccess> {
  const info = (await (await fetch(`${host.base}${HOST_INFO_PATH}`)).json()) as HostInfo;
  const told = openToldBroker(deriveRoomKeys(host.link.id, host.link.secret), info.broker ?? "")!;
  return told.pages ?? { url: `${host.webSocketBase}/mqtt`, login: told.agents.login };
}

async function pageRequester(host: RunningHost): Promise<JobRequester> {
  const signer = NodeSigner.create();
  const link = await JobLink.open({
    connect: (will) =>
      new MqttJobTransport({
        url: () => pageAccess(host),
        ...{ clientId: signer.peer, will, load: () => import("mqtt"), clock: systemClock },
      }),
    keys: deriveRoomKeys(host.link.id, host.link.secret),
    ...{ signer, incarnation: 1, presence: { type: "presence", name: "page", agent: undefined } },
    ...{ clock: systemClock, afterTurn: setImmediate, logger: silentLogger },
  });
  return new JobRequester({ link, clock: systemClock });
}

describe.runIf(binary !== "")("a class on somebody else's broker", () => {
  let broker: RunningBroker;
  beforeAll(async () => {
    broker = await startMosquitto(binary, { login: LOGIN });
  });
  afterAll(() => broker.stop());

  it.each(["mqtt", "ws"])(
    "is met there over %s by its agent and its pages, who learn the login from the host",
    async (scheme) => {
      const port = scheme === "mqtt" ? broker.port : broker.webSocketPort;
      const host = await startHost({
        args: ["--broker-url", `${scheme}://127.0.0.1:${port}`],
        env: { MESHBOOK_BROKER_LOGIN: `${LOGIN.username}:${LOGIN.password}` },
      });
      expect(host.ready.mqtt).toBe(`${scheme}://127.0.0.1:${port}`);
      const access = await pageAccess(host);
      expect(new URL(access.url).port).toBe(scheme === "mqtt" ? new URL(host.base).port : String(port));
      const requester = await pageRequester(host);
      await untilValue(requester.agents, (agents) => agents.length === 1);
      const answer = await (await fetch(`${host.base}${HOST_INFO_PATH}`)).text();
      const commands = [host.ready.pid, ...childrenOf(host.ready.pid)].map((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, "utf8"),
      );
      expect(commands.length).toBeGreaterThan(1);
      for (const text of [host.log(), answer, ...commands]) expect(text).not.toContain("geh:eim");
      await requester.close();
      expect(await host.stop()).toBe(0);
    },
  );

  it("is met there once its login is renewed, as a token that expired, and nothing is started again", async () => {
    const folder = mkdtempSync(join(tmpdir(), "login-"));
    const file = join(folder, "login");
    writeFileSync(file, `${LOGIN.username}:expired\n`);
    const host = await startHost({
      args: ["--broker-url", `mqtt://127.0.0.1:${broker.port}`, "--broker-login", file],
    });
    await expect.poll(() => host.log(), { timeout: 30_000 }).toContain("the broker does not take the login");
    const requester = await pageRequester(host);
    writeFileSync(file, `${LOGIN.username}:${LOGIN.password}\n`);
    await untilValue(requester.agents, (agents) => agents.length === 1);
    await requester.close();
    expect(await host.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it("does not let in who is not told", async () => {
    const host = await startHost({
      args: ["--no-agent", "--broker-url", `mqtt://class:geh%3Aeim@127.0.0.1:${broker.port}`],
    });
    const states: boolean[] = [];
    const refusals: boolean[] = [];
    const stranger = new MqttJobTransport({
      url: (refused) => {
        refusals.push(refused);
        return Promise.resolve({ url: `${host.webSocketBase}/mqtt`, login: undefined });
      },
      ...{ clientId: NodeSigner.create().peer, will: undefined, load: () => import("mqtt"), clock: systemClock },
    });
    stranger.onOnline((online) => states.push(online));
    await expect.poll(() => refusals.filter((refused) => refused).length).toBeGreaterThan(1);
    expect(states).toEqual([]);
    await stranger.close();
    await host.stop();
  });
});

it.each([
  [["--broker-url", "http://h"], "--broker-url"],
  [["--broker-url", "mqtt://h", "--blind"], "blind"],
  [["--broker-page-url", "wss://h"], "--broker-url"],
  [["--broker-url", "mqtt://h", "--broker-page-url", "mqtt://h"], "ws://"],
])("meshbook serve %j says what is wrong", async (args, why) => {
  const { code, error } = await runMeshbook([
    "serve",
    "--port",
    "0",
    "--no-agent",
    "--data",
    `/tmp/nowhere-${process.pid}`,
    ...args,
  ]);
  expect(code).toBe(1);
  expect(error).toMatch(/^meshbook serve: [^\n]+\n$/);
  expect(error).toContain(why);
});

function childrenOf(pid: number): readonly number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

// Jobs at a class host that is blind: everything between it and an agent, and a requester, is recorded byte by byte.

import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import type { RoomLink } from "#shared/rooms/roomLink.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { isKept } from "../../support/isKept.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { RecordingProxy } from "../../support/RecordingProxy.ts";
import { startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

/** In the code of the cell, in what it prints, and in its result; and what the agent is called. */
const WORDS = ["secretincode", "printedbeforetheend", "printedattheend", "the-lab-of-ana"];
const SOURCE = `const secretincode = ["printed", "before", "the", "end"].join("");
for (let n = 0; n < 30; n++) {
  console.log(secretincode, n);
  await new Promise((resolve) => setTimeout(resolve, 200));
}
console.log(["printed", "at", "the", "end"].join(""))`;

let host: RunningHost;
let proxies: { readonly http: RecordingProxy; readonly mqtt: RecordingProxy };
let jobs: JobClass;
let link: RoomLink;

beforeAll(async () => {
  host = await startHost({ args: ["--blind"] });
  const mqtt = Number(new URL(host.ready.mqtt).port);
  const [http, broker] = [
    await RecordingProxy.start(Number(new URL(host.base).port)),
    await RecordingProxy.start(mqtt),
  ];
  proxies = { http, mqtt: broker };
  link = { kind: "class", base: `http://127.0.0.1:${http.port}`, id: RoomId.create(), secret: createRoomSecret() };
  jobs = JobClass.at(broker.port, link);
});
afterAll(async () => {
  await jobs.stop();
  await Promise.all([proxies.http.close(), proxies.mqtt.close()]);
  await host.stop();
});

const recorded = (): string => proxies.http.recorded + proxies.mqtt.recorded;

it("tells the host nothing of a job, neither while its requester is there nor when it is away", async () => {
  const data = jobs.newFolder();
  const agent = await jobs.startAgent({ data, args: ["--name", "the-lab-of-ana"] });
  const ana = NodeSigner.create();
  const first = await jobs.startRequester(agent, ana);
  expect(first.agents.get()[0]?.name).toBe("the-lab-of-ana");
  const request = requestFor(flowOf({ a: SOURCE }), "a");
  const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
  const job = first.submit(agent.peer, request, options);
  await new Promise<void>((resolve) => job.onOutput(() => resolve()));
  await first.close();
  // What was printed since then would go to a host that reads: the agent asks, and hears that this one does not.
  await untilTrue("the agent has asked", () => existsSync(join(data, "blind-hosts.json")));

  const again = await jobs.startRequester(agent, ana);
  const printed: string[] = [];
  const rest = again.adopt(request.run, agent.peer);
  rest.onOutput((output) => printed.push(output.output_type === "stream" ? output.text : ""));
  expect(await rest.end).toMatchObject({ status: "executed" });
  expect(printed.join("")).toContain("printedbeforetheend 0\n");
  expect(printed.join("")).toContain("printedattheend");

  expect(recorded()).toContain(`${jobs.keys.topicTag}/i/${agent.peer}/${ana.peer}`);
  expect(proxies.http.recorded).not.toContain("/finished/");
  for (const words of WORDS) {
    expect(recorded().includes(words), words).toBe(false);
    expect(await isKept(host.data, words), words).toBe(false);
  }
});

// Two Mosquittos with a bridge between them: an agent at one, a notebook at the other, as between a classroom and a university.

import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { JobRequester } from "#shared/session/JobRequester.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { printed } from "../../contract/kernel.ts";
import { startMosquitto, type RunningBroker } from "../../support/brokers/startMosquitto.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { untilValue } from "../../support/until.ts";

const binary = inject("mosquitto");

describe.runIf(binary !== "")("a class across two bridged brokers", () => {
  let jobs: JobClass;
  let [university, classroom]: RunningBroker[] = [];
  beforeAll(async () => {
    jobs = await JobClass.start();
    university = await startMosquitto(binary);
    const bridge = ["connection university", `address 127.0.0.1:${university.port}`, "topic mb1/# both 1"];
    const quick = ["bridge_protocol_version mqttv311", "restart_timeout 1", "notifications false", "try_private true"];
    classroom = await startMosquitto(binary, { more: [...bridge, ...quick] });
  });
  afterAll(async () => {
    await jobs.stop();
    await classroom?.stop();
    await university?.stop();
  });

  it("runs the cells of a notebook here on an agent there, whole and once, and sees it leave", async () => {
    const agent = await jobs.startAgent({ broker: `mqtt://127.0.0.1:${university!.port}` });
    const link = await jobs.openLink(NodeSigner.create(), `mqtt://127.0.0.1:${classroom!.port}`);
    const requester = new JobRequester({ link, clock: systemClock });
    const isThere = (there: boolean) =>
      untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer) === there);
    await isThere(true);
    const source = "for (let n = 0; n < 50; n++) console.log(n + 'y'.repeat(2000))";
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    const job = requester.submit(agent.peer, requestFor(flowOf({ a: source }), "a"), options);
    const outputs: CellOutput[] = [];
    job.onOutput((output) => outputs.push(output));
    expect(await job.end).toEqual({ status: "executed", end: { status: "ok" } });
    const lines = printed(outputs).trim().split("\n");
    expect(lines.map((line) => Number.parseInt(line))).toEqual(Array.from({ length: 50 }, (_, n) => n));
    agent.child.kill("SIGKILL");
    await isThere(false);
    await requester.close();
  });
});

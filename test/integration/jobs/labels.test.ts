// What an agent says of itself and whose jobs it takes, with the agent's own program and the host's own broker.

import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId, RunId } from "#shared/base/ids.ts";
import { JobDispatcher } from "#shared/session/JobDispatcher.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { offerOf, programOf } from "../../support/jobs/messages.ts";
import { untilTrue, untilValue } from "../../support/until.ts";

let jobs: JobClass;
beforeAll(async () => {
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

it("an agent shows its labels and versions, and jobs that ask for them go there", async () => {
  const plain = await jobs.startAgent();
  const labelled = await jobs.startAgent({ args: ["--label", "gpu=a100", "--label", "room=2.04"] });
  const requester = await jobs.startRequester(plain);
  await untilValue(requester.agents, (all) => all.length === 2);
  const view = requester.agents.get().find(({ peer }) => peer === labelled.peer);
  expect(view).toMatchObject({ labels: { gpu: "a100", room: "2.04" }, versions: { meshbook: "0.1.0" } });
  expect(view).not.toHaveProperty("refuses");
  const dispatcher = new JobDispatcher({ requester, clock: systemClock, seed: 1 });
  const submit = (labels: Readonly<Record<string, string>>) => {
    const request = { run: RunId.create(), program: programOf("1"), before: [] };
    return dispatcher.submit(request, { notebook: RoomId.create(), labels });
  };
  for (let round = 0; round < 3; round++) {
    const run = submit({ gpu: "a100" });
    const seen = new Set<unknown>();
    const note = () => seen.add(run.view.get().agent);
    // Where one is free it has the job at once, and may end it before anything else is told.
    note();
    run.view.subscribe(note);
    expect((await run.end).status).toBe("executed");
    expect([...seen].filter((agent) => agent !== undefined)).toEqual([labelled.peer]);
  }
  const waits = submit({ gpu: "h100" });
  expect(waits.view.get().reason).toEqual({ why: "no-label", labels: { gpu: "h100" }, agents: 2 });
  waits.cancel();
  expect((await waits.end).status).toBe("cancelled");
});

it("an agent that names devices takes jobs of no other, and says who asked", async () => {
  const [owner, other] = [NodeSigner.create(), NodeSigner.create()];
  const agent = await jobs.startAgent({ args: ["--allow", owner.peer] });
  const [mine, theirs] = [await jobs.startRequester(agent, owner), await jobs.startRequester(agent, other)];
  const seenBy = (requester: typeof mine) => requester.agents.get().find(({ peer }) => peer === agent.peer);
  expect(seenBy(mine)?.refuses).toBeUndefined();
  expect(seenBy(theirs)?.refuses).toBe(true);
  const offer = () => offerOf(RunId.create(), { program: programOf("1") });
  expect(await mine.attempt(agent.peer, offer()).end).toMatchObject({ status: "executed" });
  // One that does not look at presence is refused all the same.
  const end = await theirs.attempt(agent.peer, offer()).end;
  expect(end).toMatchObject({ status: "failed" });
  expect(JSON.stringify(end)).toContain(`--allow ${other.peer}`);
  await untilTrue("the agent is idle", () => seenBy(mine)?.freeSlots === 1);
});

import { RoomId } from "#shared/base/ids.ts";
import { RemoteKernel } from "#shared/session/RemoteKernel.ts";
import type { JobRequester } from "#shared/session/JobRequester.ts";
import { JobClass, type AgentChild } from "../support/jobs/JobClass.ts";
import { kernelContract } from "./kernel.ts";

let jobs: JobClass | undefined;
let agent: AgentChild | undefined;
let requester: JobRequester | undefined;

kernelContract("on an agent, over the embedded broker", {
  setUp: async () => {
    jobs = await JobClass.start();
    agent = await jobs.startAgent({ slots: 2 });
    requester = await jobs.startRequester(agent);
  },
  start: () => {
    if (agent === undefined || requester === undefined) throw new Error("not set up");
    return Promise.resolve(new RemoteKernel({ requester, agent: agent.peer, notebook: RoomId.create() }));
  },
  tearDown: async () => jobs?.stop(),
  stopsLoops: true,
});

import { spawn } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KernelId, RoomId } from "#shared/base/ids.ts";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { freePort } from "../../support/freePort.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { untilValue } from "../../support/until.ts";

let jobs: JobClass;

beforeAll(async () => {
  await ensureBuilt();
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** Runs an agent to its end. */
async function run(...args: readonly string[]): Promise<{ code: number | null; out: string; error: string }> {
  const child = spawn(process.execPath, [join(DIST, "node/agent.mjs"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, error]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => error.push(text));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  return { code, out: out.join(""), error: error.join("") };
}

describe("the agent's program", () => {
  it("asks the class host for its broker", async () => {
    const info: HostInfo = { name: "Class", version: "1", address: "http://127.0.0.1", mqttPort: jobs.broker.port };
    const host = createServer((request, response) => {
      response.statusCode = request.url === "/host.json" ? 200 : 404;
      response.end(JSON.stringify(info));
    });
    await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
    const base = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const agent = await jobs.startAgent({ join: formatRoomLink({ ...jobs.link, base }), broker: undefined });
    const requester = await jobs.startRequester();
    await untilValue(requester.agents, (all) => all.some(({ peer }) => peer === agent.peer));
    host.close();
  });

  it("has the class host write what ended after its requester left, before it leaves itself", async () => {
    const info: HostInfo = { name: "Class", version: "1", address: "http://127.0.0.1", mqttPort: jobs.broker.port };
    const brought: string[] = [];
    const host = createServer((request, response) => {
      if (request.method === "POST") request.setEncoding("utf8").on("data", (text: string) => brought.push(text));
      request.resume().on("end", () => response.end(JSON.stringify(info)));
    });
    await new Promise<void>((done) => host.listen(0, "127.0.0.1", done));
    const base = `http://127.0.0.1:${(host.address() as AddressInfo).port}`;
    const agent = await jobs.startAgent({ join: formatRoomLink({ ...jobs.link, base }), broker: undefined });
    const requester = await jobs.startRequester(agent);
    const source = "console.log('begun'); await new Promise((done) => setTimeout(done, 1_000)); console.log('ended')";
    const options = { notebook: RoomId.create(), kernel: KernelId.create(), fresh: true };
    const job = requester.submit(agent.peer, requestFor(flowOf({ a: source }), "a"), options);
    await new Promise<void>((begun) => job.onOutput(() => begun()));
    await requester.close();
    agent.child.kill("SIGTERM");
    expect(await agent.exited).toBe(0);
    host.close();
    expect(brought.join("")).toMatch(/"status":"ok".*begun\\nended/);
    expect(agent.said()).toMatch(/left the class\n$/);
  });

  it("says that it waits for a class host that is not up, and is there when it is", async () => {
    const port = await freePort();
    const info: HostInfo = { name: "Class", version: "1", address: "http://127.0.0.1", mqttPort: jobs.broker.port };
    const join = formatRoomLink({ ...jobs.link, base: `http://127.0.0.1:${port}` });
    const host = createServer((_, response) => response.end(JSON.stringify(info)));
    const agent = await jobs.startAgent({ join, broker: undefined, onSaid: () => host.listen(port, "127.0.0.1") });
    expect(agent.said()).toMatch(/^[^\n]*127\.0\.0\.1:\d+ does not answer: [^\n]*; still trying\n$/);
    host.close();
  });

  it("stays the same peer when it is started again", async () => {
    const data = jobs.newFolder();
    const first = await jobs.startAgent({ data });
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    expect((await jobs.startAgent({ data })).peer).toBe(first.peer);
  });

  it("explains itself, and says in one line what is wrong", async () => {
    expect(await run("--help")).toMatchObject({ code: 0, out: expect.stringContaining("--join LINK") as string });
    const nowhere = formatRoomLink({ ...jobs.link, base: "http://127.0.0.1:9" });
    for (const args of [[], ["--join", "nonsense"], ["--join", nowhere, "--data", jobs.newFolder()]]) {
      const { code, out, error } = await run(...args);
      expect([code, out]).toEqual([1, ""]);
      expect(error).toMatch(/^meshbook agent: [^\n]+\n$/);
    }
  });
});

import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../../support/built.ts";
import { freePort } from "../../support/freePort.ts";
import { JobClass } from "../../support/jobs/JobClass.ts";
import { JobNotebook } from "../../support/jobs/JobNotebook.ts";
import { readExposition } from "../../support/readExposition.ts";
import { untilTrue } from "../../support/until.ts";

let jobs: JobClass;

beforeAll(async () => {
  await ensureBuilt();
  jobs = await JobClass.start();
});
afterAll(() => jobs.stop());

/** Asks for a path, as whoever was led there by a name would. */
function statusFor(port: number, path: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: "127.0.0.1", port, path, headers: { host } }, ({ statusCode }) => resolve(statusCode))
      .on("error", reject)
      .end();
  });
}

describe("meshbook agent --metrics PORT", () => {
  it("tells Prometheus on this computer what it does, and nobody else", async () => {
    const port = await freePort();
    const agent = await jobs.startAgent({ slots: 2, args: ["--metrics", String(port)] });
    const read = async (): Promise<ReadonlyMap<string, number>> =>
      readExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    expect([(await read()).get("meshbook_agent_slots"), (await read()).get("meshbook_agent_running_jobs")]).toEqual([
      2, 0,
    ]);
    const requester = await jobs.startRequester(agent);
    const notebook = new JobNotebook(requester, { long: "console.log('ran'); await new Promise(() => {})" });
    notebook.start();
    await untilTrue("it executes", () => notebook.isPrinting("long"));
    const busy = await read();
    expect(busy.get("meshbook_agent_running_jobs")).toBe(1);
    expect(busy.get("process_resident_memory_bytes")).toBeGreaterThan(0);
    expect(await statusFor(port, "/metrics", `127.0.0.1:${port}`)).toBe(200);
    expect(await statusFor(port, "/metrics", "evil.example")).toBe(404);
    expect(await statusFor(port, "/", `127.0.0.1:${port}`)).toBe(404);
    await jobs.killAgents([agent]);
  });
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import { HOST_INFO_PATH, type HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { parseRoomLink } from "#shared/rooms/roomLink.ts";
import { lanAddresses } from "../../../broker/http/hostNames.ts";
import { HeldClient, stockClient, synced, untilText } from "../../support/hub/hubClient.ts";
import { DIST, MESHBOOK } from "../../support/built.ts";
import { runMeshbook, startHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";
import { SLACK } from "../../support/slack.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-life-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe("meshbook serve", () => {
  it("prints one line when it is ready, and the page at its url answers at once", async () => {
    const host = await startHost();
    expect(Object.keys(host.ready)).toEqual(["url", "invite", "mqtt", "pid"]);
    expect(parseRoomLink(host.ready.url)).toMatchObject({ ok: true, value: { kind: "class", base: host.base } });
    expect(host.ready.invite).toBe(host.ready.url);
    expect(host.ready.mqtt).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    const page = await fetch(host.ready.url);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(await host.stop()).toBe(0);
    expect(isAlive(host.ready.pid)).toBe(false);
  });

  it("keeps documents and the invitation across restarts", async () => {
    const data = join(folder, "restarts");
    const room = RoomId.create();
    const first = await startHost({ data });
    const ana = stockClient(first.webSocketBase, room);
    await synced(ana);
    ana.doc.getText("t").insert(0, "kept");
    const held = new HeldClient(first.webSocketBase, room);
    await held.until(() => held.doc.getText("t").length === 4);
    ana.close();
    held.socket.close();
    expect(await first.stop()).toBe(0);
    const second = await startHost({ data });
    expect(second.link).toEqual({ ...first.link, base: second.base });
    const ben = stockClient(second.webSocketBase, room);
    await untilText(ben.doc, (text) => text === "kept");
    ben.close();
    await second.stop();
  });

  it("saves on SIGTERM what came a moment before", async () => {
    const data = join(folder, "sigterm");
    const room = RoomId.create();
    const first = await startHost({ data });
    const [ana, watcher] = [stockClient(first.webSocketBase, room), stockClient(first.webSocketBase, room)];
    await Promise.all([synced(ana), synced(watcher)]);
    for (let n = 0; n < 300; n++) ana.doc.getText("t").insert(0, "x");
    // Relayed is not yet stored: stopping must wait for the disk.
    await untilText(watcher.doc, (text) => text.length === 300);
    expect(await first.stop()).toBe(0);
    ana.close();
    watcher.close();
    const second = await startHost({ data });
    const ben = stockClient(second.webSocketBase, room);
    await untilText(ben.doc, (text) => text.length === 300);
    ben.close();
    await second.stop();
  });

  // Only a machine that is in a network can be reached through one.
  it.skipIf(lanAddresses().length === 0)("invites through the local network when it is opened to it", async () => {
    const host = await startHost({ args: ["--no-agent", "--host", "0.0.0.0"] });
    const base = new URL(host.ready.invite).origin;
    expect(new URL(base).hostname).toBe(lanAddresses()[0]);
    expect(new URL(host.ready.url).hostname).toBe("127.0.0.1");
    expect(parseRoomLink(host.ready.invite)).toEqual({ ok: true, value: { ...host.link, base } });
    expect(host.ready.mqtt).toMatch(`mqtt://${new URL(base).hostname}:`);
    expect((await fetch(base)).status).toBe(200);
    const info = (await (await fetch(`${host.base}${HOST_INFO_PATH}`)).json()) as HostInfo;
    expect(info).toMatchObject({ address: base, mqttPort: Number(new URL(host.ready.mqtt).port) });
    const visitor = stockClient(base.replace("http", "ws"), RoomId.create());
    await synced(visitor);
    visitor.close();
    await host.stop();
  });

  it("refuses a data folder that another host uses, and says so in one line", async () => {
    const data = join(folder, "shared");
    const first = await startHost({ data });
    const second = await runMeshbook(["serve", "--port", "0", "--data", data, "--no-agent", "--json"]);
    expect(second).toEqual({
      code: 1,
      out: "",
      error: expect.stringMatching(/^meshbook serve: .*in use.*--data.*\n$/) as unknown,
    });
    await first.stop();
  });

  it("refuses a busy port, and says so in one line", async () => {
    const busy = createServer().listen(0, "127.0.0.1");
    await once(busy, "listening");
    const port = String((busy.address() as AddressInfo).port);
    for (const option of ["--port", "--mqtt-port"]) {
      const other = option === "--port" ? [] : ["--port", "0"];
      const args = ["serve", ...other, option, port, "--data", join(folder, "busy"), "--no-agent"];
      const { code, out, error } = await runMeshbook(args);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      const last = error.trim().split("\n").at(-1);
      expect(last).toMatch(new RegExp(`^meshbook serve: port ${port} is in use: .* ${option} `));
    }
    busy.close();
  });

  const unfit: [string, () => Promise<void>, string][] = [
    ["a file", () => writeFile(join(folder, "a-file"), ""), "a-file"],
    ["below a file", () => writeFile(join(folder, "another-file"), ""), "another-file/data"],
  ];
  // Where nobody may write, not even root; other systems have no such folder.
  if (process.platform === "linux") unfit.push(["where it cannot write", () => Promise.resolve(), "/sys/meshbook"]);

  it.each(unfit)("refuses a data folder that is %s, and says so in one line", async (_, prepare, name) => {
    await prepare();
    const { code, out, error } = await runMeshbook([
      "serve",
      "--port",
      "0",
      "--data",
      resolve(folder, name),
      "--no-agent",
    ]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(/^meshbook serve: cannot write to the data folder .*--data DIR\n$/);
  });

  it("refuses a damaged class.json rather than locking everybody out", async () => {
    const data = join(folder, "damaged");
    await (await startHost({ data })).stop();
    await writeFile(join(data, "class.json"), "{");
    const { code, error } = await runMeshbook(["serve", "--port", "0", "--data", data, "--no-agent"]);
    expect(code).toBe(1);
    expect(error).toMatch(/class\.json is damaged/);
    expect(await readFile(join(data, "class.json"), "utf8")).toBe("{");
  });

  it("refuses to start without the built page, and says what builds it", async () => {
    const { ClassHost } = await import("../../../broker/ClassHost.ts");
    const nothing = join(folder, "no-build");
    const start = ClassHost.start({
      ...{ data: nothing, dist: nothing, version: "0", host: "127.0.0.1", port: 0, mqttPort: 0, name: undefined },
      ...{ withAgent: false, withHub: true, blind: false, clock: systemClock, logger: silentLogger },
    });
    await expect(start).rejects.toThrow("npm run build");
  });

  it.each([
    [["serve", "--port", "70000"], "--port"],
    [["serve", "--port", "x"], "--port"],
    [["serve", "--wrong"], "--wrong"],
    [["wrong"], "wrong"],
  ])("refuses %j with the word that is wrong", async (args, word) => {
    const { code, out, error } = await runMeshbook(args);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toContain(word);
  });

  it("explains itself", async () => {
    for (const args of [["--help"], ["serve", "--help"], ["convert", "--help"], ["agent", "--help"]]) {
      const { code, out, error } = await runMeshbook(args);
      expect({ code, error }).toEqual({ code: 0, error: "" });
      expect(out.length).toBeGreaterThan(200);
    }
    expect((await runMeshbook(["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it("prints its addresses and one link for people", async () => {
    const data = join(folder, "people");
    const child = spawn(process.execPath, [MESHBOOK, "serve", "--port", "0", "--data", data, "--no-agent"]);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    await untilTrue("the link is printed", () => /#c=\S+\n/.test(text));
    child.kill("SIGINT");
    const [code] = (await once(child, "exit")) as [number];
    expect(code).toBe(0);
    expect(text.match(/#c=/g)).toHaveLength(1);
    expect(text).toMatch(/this computer +http:\/\/127\.0\.0\.1:\d+\/\n/);
    expect(text).toContain(data);
  });

  it.skipIf(process.platform !== "linux")("leaves no child behind when it is killed", async () => {
    const host = await startHost({ data: join(folder, "killed"), args: [] });
    const children = async (): Promise<readonly number[]> =>
      (await readFile(`/proc/${host.ready.pid}/task/${host.ready.pid}/children`, "utf8")).trim().split(" ").map(Number);
    await untilTrue("broker and agent run", async () => (await children()).length === 2);
    const pids = await children();
    await host.kill();
    await untilTrue("they have ended", () => !pids.some(isAlive));
  });

  it("runs a local agent unless told not to, and ends it with itself", async () => {
    const host = await startHost({ data: join(folder, "agent"), args: [] });
    await untilTrue("the agent is present", () => host.log().includes("the local agent is present"));
    expect(await host.stop()).toBe(0);
  });

  it("gets ready in less than three seconds", async () => {
    const times: number[] = [];
    for (let n = 0; n < 3; n++) {
      const started = performance.now();
      const launcher = join(DIST, "../workers/cli/meshbook.mjs");
      const child = spawn(process.execPath, [
        launcher,
        "serve",
        "--port",
        "0",
        "--data",
        join(folder, "time"),
        "--json",
      ]);
      await once(child.stdout, "data");
      times.push(Math.round(performance.now() - started));
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    console.log(`start to ready, ms: ${times.join(", ")}`);
    expect(Math.min(...times)).toBeLessThan(3000 * SLACK);
  });
});

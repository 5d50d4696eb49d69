// The doctor against real hosts, whole and with parts broken.

import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Check, CheckId } from "#shared/doctor/check.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import { formatRoomLink } from "#shared/rooms/roomLink.ts";
import { NotebookAccess } from "#shared/session/access/NotebookAccess.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { freePort } from "../../support/freePort.ts";
import { killAll, processTree } from "../../support/processes.ts";
import { runMeshbook, startHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Report {
  readonly code: number | null;
  readonly healthy: boolean;
  readonly checks: ReadonlyMap<CheckId, Check>;
}

async function examine(...args: readonly string[]): Promise<Report> {
  const { code, out, error } = await runMeshbook(["doctor", "--json", ...args]);
  expect(error).toBe("");
  const { healthy, checks } = JSON.parse(out) as { readonly healthy: boolean; readonly checks: readonly Check[] };
  expect(code).toBe(healthy ? 0 : 1);
  return { code, healthy, checks: new Map(checks.map((check) => [check.id, check])) };
}

const states = ({ checks }: Report, ...ids: readonly CheckId[]): readonly unknown[] =>
  ids.map((id) => checks.get(id)?.state);
const HOST_CHECKS = ["host", "hub", "signalling", "mqtt-web", "mqtt-tcp"] as const;

describe("meshbook doctor", () => {
  it("finds the host of its data folder, and everything in order", async () => {
    const host = await startHost({ data: join(folder, "whole") });
    const report = await examine("--data", host.data);
    expect(states(report, ...HOST_CHECKS)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
    expect(states(report, "clock", "data-folder", "archive", "secure-context", "node")).toEqual(Array(5).fill("ok"));
    expect(report.checks.get("archive")?.found).toContain("in use by the class host");
    expect(report.healthy).toBe(true);
    const elsewhere = await examine(host.ready.url, "--data", join(folder, "none"));
    expect(states(elsewhere, ...HOST_CHECKS, "data-folder", "invitation")).toEqual(Array(7).fill("ok"));
    const cut = await examine(host.ready.url.slice(0, -4), "--data", join(folder, "none"));
    expect([...states(cut, "invitation", "hub"), cut.code]).toEqual(["problem", "ok", 1]);
    const { out } = await runMeshbook(["doctor", host.ready.url, "--data", join(folder, "none")]);
    expect(out).toMatch(/^ok +Class host +The class host answers \(http:/);
    expect(out).not.toContain(new URL(host.ready.url).hash.slice(1));
    await host.stop();
  });

  it("finds a notebook's link that was copied wrongly, once who made the notebook was there, and comes as nobody", async () => {
    const host = await startHost({ data: join(folder, "notebook") });
    const signer = NodeSigner.create();
    const room = foundRoom(signer.publicKey);
    const link = formatRoomLink({ kind: "notebook", base: host.base, ...room });
    const wrong = link.slice(0, -2) + (link.at(-2) === "A" ? "B" : "A") + link.at(-1)!;
    const invitation = async (given: string): Promise<unknown> =>
      (await examine(given, "--data", join(folder, "none"))).checks.get("invitation")?.state;
    expect(await invitation(link)).toBe("skipped");
    const common = { signer, logger: silentLogger };
    const founder = new NotebookAccess({ room, settings: new MemorySettings(), ...common });
    const board = new HubAccess({ room: room.id, host: new URL(host.base).host, name: () => "Tess", ...common });
    const doc = new Y.Doc();
    const options = { url: hubUrlWithAccess(host.base, room.id), WebSocket, clock: systemClock, access: board };
    const hub = new HubDocSource({ ...options, logger: silentLogger });
    const attached = hub.attach({ doc, awareness: new Awareness(doc) }, () => undefined);
    founder.follow(board);
    await untilTrue("the host has seen the founder", () => board.told.get()?.founding !== undefined);
    expect([await invitation(link), await invitation(wrong)]).toEqual(["ok", "problem"]);
    expect(founder.view.get().members).toEqual([]);
    founder.close();
    await attached.detach();
    await host.stop();
  });

  it("has nothing to complain of where no host runs, and starts none", async () => {
    const report = await examine("--data", join(folder, "nothing"));
    expect(states(report, ...HOST_CHECKS)).toEqual(Array(5).fill("skipped"));
    expect(report.healthy).toBe(true);
    const host = await startHost({ data: join(folder, "stopped") });
    await host.stop();
    expect(states(await examine("--data", host.data), "host", "archive")).toEqual(["skipped", expect.anything()]);
  });

  it("says that nothing listens when the host was killed", async () => {
    const host = await startHost({ data: join(folder, "killed") });
    await host.kill();
    const report = await examine("--data", host.data);
    expect(report.checks.get("host")).toMatchObject({
      state: "problem",
      found: expect.stringContaining("nothing listens there") as unknown,
    });
    expect(states(report, "hub", "mqtt-tcp")).toEqual(["skipped", "skipped"]);
    expect(report.code).toBe(1);
  });

  it.skipIf(process.platform !== "linux")("says that the host refuses a name that is not its own", async () => {
    const host = await startHost({ data: join(folder, "name") });
    const report = await examine(host.base.replace("127.0.0.1", "0.0.0.0"), "--data", host.data);
    for (const id of ["host", "hub", "signalling", "mqtt-web"] as const) {
      expect(report.checks.get(id)).toMatchObject({
        state: "problem",
        found: expect.stringContaining("refuses this name") as unknown,
      });
    }
    await host.stop();
  });

  it.skipIf(process.platform !== "linux")("says which part is broken when only the broker is", async () => {
    const host = await startHost({ data: join(folder, "broker") });
    // Stopped, not ended: it keeps its port, takes connections and answers nothing. The host kills it after a while, so
    // the next one is stopped as well.
    const held = new Set<number>();
    const hold = setInterval(() => {
      for (const pid of brokersOf(host.ready.pid)) {
        held.add(pid);
        process.kill(pid, "SIGSTOP");
      }
    }, 10);
    try {
      await untilTrue("the broker is stopped", () => held.size > 0);
      const report = await examine("--data", host.data);
      expect(states(report, "host", "hub", "signalling")).toEqual(["ok", "ok", "ok"]);
      expect(states(report, "mqtt-web", "mqtt-tcp")).toEqual(["problem", "problem"]);
    } finally {
      clearInterval(hold);
      killAll([...held]);
      await host.stop();
    }
  });

  it("tells a port that answers nothing, and one that something else answers on, from a host", async () => {
    const silent = createServer(() => {});
    const other = createServer((socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
    const found = async (server: Server): Promise<string | undefined> => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const { checks } = await examine(`http://127.0.0.1:${port}`, "--data", join(folder, "none"));
      server.close();
      return checks.get("host")?.found;
    };
    expect(await found(silent)).toContain("no answer came in time");
    expect(await found(other)).toContain("no such endpoint");
    const closed = await examine(`http://127.0.0.1:${await freePort()}`, "--data", join(folder, "none"));
    expect(closed.checks.get("host")?.found).toContain("nothing listens there");
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)("says that a data folder cannot be written", async () => {
    const host = await startHost({ data: join(folder, "read-only") });
    await host.stop();
    await chmod(host.data, 0o500);
    const report = await examine("--data", host.data);
    await chmod(host.data, 0o700);
    expect(states(report, "data-folder", "archive")).toEqual(["problem", expect.anything()]);
    expect(report.code).toBe(1);
  });

  it("says that a data folder is none", async () => {
    const report = await examine("--data", import.meta.filename);
    expect(states(report, "data-folder")).toEqual(["problem"]);
    expect(report.code).toBe(1);
  });

  it("refuses what is no link, in one line", async () => {
    const { code, out, error } = await runMeshbook(["doctor", "no link"]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(error).toMatch(/^meshbook doctor: a link starts with http.*\n$/);
  });
});

/** The brokers among the children of a host. */
function brokersOf(pid: number): readonly number[] {
  return processTree(pid).filter((child) => {
    try {
      return child !== pid && readFileSync(`/proc/${child}/cmdline`, "utf8").includes("broker.mjs");
    } catch {
      return false;
    }
  });
}

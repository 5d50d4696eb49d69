// `/metrics` of a real host: what it counts, and whom it tells.

import { writeFile, mkdtemp, rm } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { PeerId, RoomId } from "#shared/base/ids.ts";
import { HUB_PATH } from "#shared/contracts/host/hubProtocol.ts";
import { toBase64url } from "#shared/base/base64url.ts";
import { lanAddresses } from "../../../broker/http/hostNames.ts";
import { connectPacket } from "../../support/brokers/connectPacket.ts";
import { HeldClient, stockClient, synced } from "../../support/hub/hubClient.ts";
import { readExposition } from "../../support/readExposition.ts";
import { runMeshbook, startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

const read = async (host: RunningHost): Promise<ReadonlyMap<string, number>> =>
  readExposition(await (await fetch(`${host.base}/metrics`)).text());

describe("/metrics of a class host", () => {
  let host: RunningHost;
  beforeAll(async () => {
    host = await startHost();
  });
  afterAll(() => host.stop());

  it("is the text that Prometheus takes, and tells of the process", async () => {
    const response = await fetch(`${host.base}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const values = readExposition(await response.text());
    expect(values.get("process_resident_memory_bytes")).toBeGreaterThan(1e7);
    expect([...values.keys()]).toEqual(
      expect.arrayContaining(["nodejs_eventloop_lag_p99_seconds", 'meshbook_stored_bytes{part="archive"}']),
    );
  });

  it("counts connections, rooms, bytes and refused frames, and names none of them", async () => {
    const room = RoomId.create();
    const before = await read(host);
    const client = stockClient(host.webSocketBase, room);
    await synced(client);
    const held = new HeldClient(host.webSocketBase, room);
    await held.until(() => held.socket.readyState === WebSocket.OPEN);
    const hostile = new WebSocket(`${host.webSocketBase}${HUB_PATH}${RoomId.create()}`);
    await once(hostile, "open");
    hostile.send(Buffer.from([0, 2, 255]));
    await once(hostile, "close");
    const stranger = new WebSocket(`${host.webSocketBase}${HUB_PATH}no-room`);
    await once(stranger, "error");

    const text = await (await fetch(`${host.base}/metrics`)).text();
    const values = readExposition(text);
    expect(values.get("meshbook_hub_connections")).toBe(2);
    expect(values.get("meshbook_devices")).toBe(2);
    expect(values.get("meshbook_rooms")).toBe(2);
    const rise = (name: string): number => (values.get(name) ?? NaN) - (before.get(name) ?? 0);
    expect(rise('meshbook_hub_refused_total{what="frame"}')).toBe(1);
    expect(rise("meshbook_sockets_refused_total")).toBe(1);
    expect(rise("meshbook_receive_bytes_total")).toBeGreaterThan(100);
    expect(rise("meshbook_transmit_bytes_total")).toBeGreaterThan(100);
    for (const secret of [room, host.link.id, toBase64url(host.link.secret)]) expect(text).not.toContain(secret);
    client.close();
    held.socket.close();
  });

  it("counts what its broker, in another process, refuses", async () => {
    const { hostname, port } = new URL(host.ready.mqtt);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.resume().write(connectPacket(PeerId.createPassing(), undefined));
    await once(socket, "close");
    await untilTrue(
      "the host has heard it",
      async () => (await read(host)).get('meshbook_mqtt_refused_total{what="login"}') === 1,
    );
    const values = await read(host);
    expect(values.get("meshbook_mqtt_clients")).toBe(0);
    expect(values.get("meshbook_mqtt_receive_bytes_total")).toBeGreaterThan(10);
    expect(values.get("meshbook_mqtt_resident_memory_bytes")).toBeGreaterThan(1e7);
  });

  it("tells nothing to what a proxy passes on, nor under another name", async () => {
    const passedOn = await fetch(`${host.base}/metrics`, { headers: { "X-Forwarded-For": "203.0.113.9" } });
    expect([passedOn.status, await passedOn.text()]).toEqual([403, expect.stringContaining("--metrics")]);
    const sent = request(`${host.base}/metrics`, { headers: { host: "rebound.example" } }).end();
    const [answer] = (await once(sent, "response")) as [{ statusCode: number }];
    expect(answer.statusCode).toBe(421);
  });
});

// Without a network there is no other address to ask from.
const [lan] = lanAddresses();
describe.skipIf(lan === undefined)("/metrics asked for from the network", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshbook-metrics-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const ask = async (args: readonly string[], headers: Record<string, string> = {}): Promise<number> => {
    const host = await startHost({ args: ["--no-agent", "--host", "0.0.0.0", ...args] });
    try {
      return (await fetch(`http://${lan}:${new URL(host.base).port}/metrics`, { headers })).status;
    } finally {
      await host.stop();
    }
  };

  it("is refused, unless it was opened", async () => {
    expect(await ask([])).toBe(403);
    expect(await ask(["--metrics"])).toBe(200);
  });

  it("asks for the token, if there is one", async () => {
    const file = join(folder, "token");
    await writeFile(file, "0123456789abcdef-token\n");
    expect(await ask(["--metrics", file])).toBe(401);
    expect(await ask(["--metrics", file], { Authorization: "Bearer wrong" })).toBe(401);
    expect(await ask(["--metrics", file], { Authorization: "Bearer 0123456789abcdef-token" })).toBe(200);
  });

  it("refuses a token that anybody could guess", async () => {
    const file = join(folder, "short");
    await writeFile(file, "secret\n");
    const { code, error } = await runMeshbook(["serve", "--data", join(folder, "data"), "--metrics", file]);
    expect([code, error]).toEqual([1, expect.stringContaining("at least 16 characters")]);
  });
});

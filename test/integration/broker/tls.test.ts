// A class host over TLS, with real sockets: every endpoint, who trusts it and who must not, and the page that explains it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import mqtt from "mqtt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { WebsocketProvider } from "y-websocket";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { HUB_PATH, MQTT_PATH } from "#shared/contracts/host/hubProtocol.ts";
import type { Check } from "#shared/doctor/check.ts";
import { makeCertificate, readCertificate } from "../../../broker/tls/certificate.ts";
import { TestRealm } from "../../support/brokers/TestRealm.ts";
import { MESHBOOK } from "../../support/built.ts";
import { launchChromium } from "../../support/chromium.ts";
import { runMeshbook, startHost, type RunningHost } from "../../support/startHost.ts";
import { untilTrue } from "../../support/until.ts";

let folder: string;
let host: RunningHost;
let ca: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-tls-"));
  host = await startHost({ data: join(folder, "own"), args: ["--tls", "--host", "0.0.0.0"] });
  ca = await readFile(join(host.data, "tls/certificate.pem"), "utf8");
});
afterAll(async () => {
  await host.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Got {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

async function get(url: string, trust: { readonly ca?: string } = { ca }): Promise<Got> {
  const sent = request(url, trust).end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** A stock provider that trusts the host's certificate and nothing else. */
function provider(room: RoomId): WebsocketProvider {
  class Trusting extends WebSocket {
    constructor(url: string | URL, protocols?: string[]) {
      super(url, protocols, { ca });
    }
  }
  return new WebsocketProvider(`${host.webSocketBase}${HUB_PATH}`, room, new Y.Doc(), {
    // reason: `ws` has all of the browser's WebSocket that the provider uses.
    WebSocketPolyfill: Trusting as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  });
}

describe("a class host with --tls", () => {
  it("says https and mqtts, and answers nobody in plain", async () => {
    expect(host.ready.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/#c=/);
    expect(host.ready.invite).toMatch(/^https:/);
    expect(host.ready.mqtt).toMatch(/^mqtts:/);
    expect(await get(host.base)).toMatchObject({ status: 200 });
    for (const address of [host.base, host.ready.mqtt]) {
      const { hostname, port } = new URL(address);
      const socket = connectPlain(Number(port), hostname).end("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
      socket.on("error", () => {});
      expect(await text(socket).catch(() => "")).not.toMatch(/HTTP\/1.1 200/);
    }
  });

  it("is not trusted by those who were not told to", async () => {
    await expect(get(host.base, {})).rejects.toMatchObject({ code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  });

  it("has one certificate for all its addresses, which it keeps with its key to itself", async () => {
    const { certificate, names } = readCertificate(ca)!;
    for (const address of [host.ready.url, host.ready.invite]) {
      expect(certificate.checkIP(new URL(address).hostname)).toBeDefined();
    }
    expect(names).toContain("localhost");
    if (process.platform !== "win32") {
      expect((await stat(join(host.data, "tls/key.pem"))).mode & 0o777).toBe(0o600);
    }
  });

  it("syncs documents, and carries MQTT over WebSocket and over TCP", async () => {
    const room = RoomId.create();
    const [ana, ben] = [provider(room), provider(room)];
    ana.doc.getText("t").insert(0, "hello");
    await untilTrue("it has come", () => ben.doc.getText("t").toString() === "hello");
    for (const one of [ana, ben]) one.destroy();
    const members = new TestRealm();
    for (const url of [`${host.webSocketBase}${MQTT_PATH}`, host.ready.mqtt]) {
      const clientId = members.newPeer();
      const login = await members.login(clientId);
      const options = { clientId, ...login, protocolVersion: 4, reconnectPeriod: 0 } as const;
      const client = await mqtt.connectAsync(url, { ...options, ca, wsOptions: { ca } });
      await client.endAsync();
      await expect(mqtt.connectAsync(url, options)).rejects.toThrow(/self-signed/);
    }
  });

  it("runs its own agent, and takes agents that trust its certificate", async () => {
    await untilTrue("its own agent is present", () => host.log().includes("the local agent is present"));
    const args = ["agent", "--join", host.ready.url, "--data", join(folder, "agent"), "--slots", "1"];
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: join(host.data, "tls/certificate.pem") };
    const agent = spawn(process.execPath, [MESHBOOK, ...args], { env, stdio: ["ignore", "pipe", "inherit"] });
    const [line] = (await once(agent.stdout, "data")) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ ready: true });
    agent.kill("SIGTERM");
    await once(agent, "exit");
    const { code, error } = await runMeshbook(args);
    expect(code).toBe(1);
    expect(error).toMatch(/NODE_EXTRA_CA_CERTS.*certificate\.pem/);
  });

  it("explains how to trust it, and gives the certificate and never the key", async () => {
    const page = await get(`${host.base}/secure`);
    expect(page).toMatchObject({ status: 200, headers: { "content-type": "text/html; charset=utf-8" } });
    expect(page.body).toContain(readCertificate(ca)!.fingerprint);
    expect((await get(`${host.base}/certificate.pem`)).body).toBe(ca);
    for (const path of ["/key.pem", "/tls/key.pem", "/certificate.pem/../key.pem"]) {
      expect((await get(`${host.base}${path}`)).status).toBe(404);
    }
  });

  it("is looked at by the doctor, who warns of the certificate and finds the rest in order", async () => {
    const { code, out } = await runMeshbook(["doctor", "--json", "--data", host.data]);
    const { checks } = JSON.parse(out) as { readonly checks: readonly Check[] };
    const state = (id: string): unknown => checks.find((check) => check.id === id)?.state;
    expect(["host", "hub", "signalling", "mqtt-web", "mqtt-tcp", "secure-context"].map(state)).toEqual(
      Array(6).fill("ok"),
    );
    expect(state("certificate")).toBe("warning");
    expect(code).toBe(0);
  });

  it("opens in a browser as a secure page", async () => {
    const browser = await launchChromium();
    try {
      const page = await browser.newPage({ ignoreHTTPSErrors: true });
      await page.goto(host.ready.url);
      await page.locator("#app *").first().waitFor();
      expect(await page.evaluate(() => window.isSecureContext && "serviceWorker" in navigator)).toBe(true);
      await page.goto(`${host.base}/secure`);
      expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Secure pages");
    } finally {
      await browser.close();
    }
  });
});

describe("a certificate", () => {
  it("stays the same across restarts, and may be given instead, under its own name", async () => {
    const again = await startHost({ data: join(folder, "again"), args: ["--no-agent", "--tls"] });
    const file = join(again.data, "tls/certificate.pem");
    const before = await readFile(file, "utf8");
    await again.stop();
    await (await startHost({ data: join(folder, "again"), args: ["--no-agent", "--tls"] })).stop();
    expect(await readFile(file, "utf8")).toBe(before);

    const given = await makeCertificate(["localhost"], Date.now());
    const [certFile, keyFile] = [join(folder, "given.pem"), join(folder, "given.key")];
    await writeFile(certFile, given.cert);
    await writeFile(keyFile, given.key);
    const args = ["--no-agent", "--tls-cert", certFile, "--tls-key", keyFile];
    const own = await startHost({ data: join(folder, "given"), args });
    expect(own.ready.url).toMatch(/^https:\/\/localhost:/);
    expect((await get(own.base, { ca: given.cert })).status).toBe(200);
    expect((await get(`${own.base}/certificate.pem`, { ca: given.cert })).status).toBe(404);
    expect((await get(`${own.base}/secure`, { ca: given.cert })).body).toContain("nothing to do");
    await own.stop();
  });

  it("is refused in one line when it cannot be used", async () => {
    const cases = [
      [["--tls-cert", "x"], /--tls-key/],
      [["--tls-cert", join(folder, "nothing"), "--tls-key", join(folder, "nothing")], /--tls-cert/],
    ] as const;
    for (const [args, words] of cases) {
      const { code, out, error } = await runMeshbook(["serve", "--port", "0", "--data", join(folder, "x"), ...args]);
      expect({ code, out }).toEqual({ code: 1, out: "" });
      expect(error).toMatch(words);
    }
  });

  it("is not offered by a host on plain http, which says what that costs", async () => {
    const plain = await startHost();
    expect(plain.ready.url).toMatch(/^http:/);
    const page = await fetch(`${plain.base}/secure`);
    expect(await page.text()).toMatch(/cannot<\/p>\n<ul>\n<li>start without the network/);
    expect((await fetch(`${plain.base}/certificate.pem`)).status).toBe(404);
    await plain.stop();
  });
});

import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { RoomId } from "#shared/base/ids.ts";
import type { HostInfo } from "#shared/contracts/host/hubProtocol.ts";
import { APP_HEADERS, BLOB_HEADERS, RUNNER_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { BLOB_LIMIT } from "#shared/ports/BlobStore.ts";
import { BlobFiles } from "../../../broker/blobs/BlobFiles.ts";
import { BlobRoute } from "../../../broker/http/routes/blobRoute.ts";
import { createHttpServer } from "../../../broker/http/createHttpServer.ts";
import { HistoryRoute } from "../../../broker/http/routes/historyRoute.ts";
import { memoryHistories } from "../../support/history/memoryHistories.ts";
import { StaticFiles } from "../../../broker/http/StaticFiles.ts";

/** The browser's way of hashing takes seconds for 20 MB. */
const contentHash = (content: Buffer): string => createHash("sha256").update(content).digest("hex");
const script = "export const answer = 42;\n".repeat(200);
const HOST_INFO: HostInfo = { name: "Physics", version: "1.2.3", address: "http://192.168.1.5:8720", mqttPort: 1883 };
let folder: string;
let server: Server;
let base: string;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "meshbook-http-"));
  await mkdir(join(folder, "web/assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "outside of the web folder");
  await writeFile(join(folder, "web/index.html"), "<!doctype html><title>app</title>");
  await writeFile(join(folder, "web/notebook.html"), "<!doctype html><title>notebook</title>");
  await writeFile(join(folder, "web/runner.html"), "<!doctype html><title>runner</title>");
  await writeFile(join(folder, "web/sw.js"), "self.x = 1;");
  await writeFile(join(folder, "web/.hidden"), "hidden");
  await writeFile(join(folder, "web/assets/app-Ab12.js"), script);
  server = createHttpServer({
    files: new StaticFiles(join(folder, "web")),
    blobs: new BlobRoute(await BlobFiles.open(join(folder, "blobs"))),
    history: new HistoryRoute(memoryHistories(), systemClock, () => Promise.resolve("editor")),
    hostInfo: () => HOST_INFO,
    logger: silentLogger,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  base = `http://127.0.0.1:${port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true, force: true });
});

/** A request exactly as given: `fetch` would tidy paths and headers first. */
function rawRequest(path: string, options: { method?: string; headers?: Record<string, string> } = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, agent: false, ...options }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

describe("the pages of the class host", () => {
  it.each([
    ["/", "app"],
    ["/index.html", "app"],
    [`/n/${RoomId.create()}`, "notebook"],
    [`/n/${RoomId.create()}/`, "notebook"],
  ])("shows at %s the page of the %s", async (path, page) => {
    const { status, headers, body } = await rawRequest(path);
    expect([status, body.toString()]).toEqual([200, `<!doctype html><title>${page}</title>`]);
    expect(headers).toMatchObject({
      ...lowerCase(APP_HEADERS),
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-cache",
    });
  });

  it("shows the runner with its own policy, and lets the app frame it", async () => {
    const { status, headers } = await rawRequest("/runner.html");
    expect(status).toBe(200);
    expect(headers).toMatchObject(lowerCase(RUNNER_HEADERS));
    expect(headers["content-security-policy"]).not.toContain("frame-ancestors");
    expect(headers["x-frame-options"]).toBeUndefined();
  });

  it("lets files with a hash in their name be kept for ever, compressed", async () => {
    const gzipped = await rawRequest("/assets/app-Ab12.js", { headers: { "accept-encoding": "gzip" } });
    expect(gunzipSync(gzipped.body).toString()).toBe(script);
    expect(gzipped.headers).toMatchObject({
      "content-encoding": "gzip",
      "content-type": "text/javascript; charset=utf-8",
      "cache-control": "public, max-age=31536000, immutable",
      vary: "Accept-Encoding",
    });
    expect((await rawRequest("/assets/app-Ab12.js")).body.toString()).toBe(script);
    expect((await rawRequest("/sw.js")).headers["cache-control"]).toBe("no-cache");
  });

  it("answers 304 to who has it, and HEAD without a body", async () => {
    const { headers } = await rawRequest("/");
    const etag = String(headers["etag"]);
    expect((await rawRequest("/", { headers: { "if-none-match": etag } })).status).toBe(304);
    const head = await rawRequest("/", { method: "HEAD" });
    expect([head.status, head.body.length, head.headers["content-length"]]).toEqual([200, 0, "33"]);
  });

  it("shows a new build without a restart", async () => {
    await writeFile(join(folder, "web/late.txt"), "one");
    expect((await rawRequest("/late.txt")).body.toString()).toBe("one");
    await writeFile(join(folder, "web/late.txt"), "another");
    expect((await rawRequest("/late.txt")).body.toString()).toBe("another");
  });

  it.each([
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/%2e%2e%5csecret.txt",
    "//secret.txt",
    "http://127.0.0.1/index.html",
    "/.hidden",
    "/assets",
    "/assets/",
    "/missing.js",
    "/n/",
    "/n/a/b",
    "/index.html%00.js",
    "/index.html/x",
  ])("has nothing at %s", async (path) => expect((await rawRequest(path)).status).not.toBe(200));

  it.each(["/%", "/%zz"])("refuses the malformed address %s", async (path) => {
    expect((await rawRequest(path)).status).toBe(400);
  });

  it("takes no other methods, and no other names", async () => {
    expect((await rawRequest("/", { method: "POST" })).status).toBe(405);
    expect((await rawRequest("/", { headers: { host: "evil.example" } })).status).toBe(421);
    expect((await rawRequest("/", { headers: { host: "localhost" } })).status).toBe(200);
  });

  it("tells about itself", async () => {
    const { headers, body } = await rawRequest("/host.json");
    expect(JSON.parse(body.toString())).toEqual(HOST_INFO);
    expect(headers["access-control-allow-origin"]).toBeUndefined();
    const desktop = await rawRequest("/host.json", { headers: { origin: "app://meshbook" } });
    expect(desktop.headers["access-control-allow-origin"]).toBe("app://meshbook");
    const other = await rawRequest("/host.json", { headers: { origin: "http://evil.example" } });
    expect(other.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("the blobs of the class host", () => {
  const room = RoomId.create();
  const content = Buffer.from("<script>alert(1)</script>");
  const path = `/blobs/${room}/${contentHash(content)}`;
  const put = (to: string, body: Buffer, headers: Record<string, string> = {}) =>
    fetch(`${base}${to}`, { method: "PUT", body: new Uint8Array(body), headers });

  it("stores and gives back bytes by their hash, never as a page", async () => {
    expect((await rawRequest(path)).status).toBe(404);
    expect((await put(path, content)).status).toBe(201);
    expect((await put(path, content)).status).toBe(200);
    const { status, headers, body } = await rawRequest(path);
    expect([status, body.equals(content)]).toEqual([200, true]);
    expect(headers).toMatchObject({ ...lowerCase(BLOB_HEADERS), "content-length": String(content.length) });
    const head = await rawRequest(path, { method: "HEAD" });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect((await rawRequest(path, { headers: { "if-none-match": String(headers["etag"]) } })).status).toBe(304);
  });

  it("carries a large one", async () => {
    const large = Buffer.alloc(20 * 1024 * 1024, 5);
    const to = `/blobs/${room}/${contentHash(large)}`;
    expect((await put(to, large)).status).toBe(201);
    expect(contentHash((await rawRequest(to)).body)).toBe(contentHash(large));
  });

  it("refuses what has another hash or is too large", async () => {
    const wrong = `/blobs/${room}/${"0".repeat(64)}`;
    expect((await put(wrong, content)).status).toBe(422);
    expect((await rawRequest(wrong)).status).toBe(404);
    expect((await put(wrong, Buffer.alloc(BLOB_LIMIT + 1))).status).toBe(413);
  });

  it.each(["/blobs/", "/blobs/x/y", `/blobs/${room}`, `/blobs/${room}/`, `${path}/x`, `/blobs/../${room}`])(
    "has nothing at %s",
    async (name) => expect((await rawRequest(name)).status).toBe(404),
  );

  it("takes uploads from our own page, the desktop app and programs only", async () => {
    expect((await put(path, content, { origin: "http://evil.example" })).status).toBe(403);
    expect((await put(path, content, { origin: "null" })).status).toBe(403);
    expect((await put(path, content, { origin: base })).status).toBe(200);
    const desktop = await put(path, content, { origin: "app://meshbook" });
    expect([desktop.status, desktop.headers.get("access-control-allow-origin")]).toEqual([200, "app://meshbook"]);
    const preflight = await rawRequest(path, { method: "OPTIONS", headers: { origin: "app://meshbook" } });
    expect([preflight.status, preflight.headers["access-control-allow-methods"]]).toEqual([
      204,
      "GET, HEAD, PUT, POST",
    ]);
    expect((await rawRequest(path, { method: "OPTIONS", headers: { origin: "http://evil.example" } })).status).toBe(
      405,
    );
    expect((await rawRequest(path, { method: "DELETE" })).status).toBe(405);
  });
});

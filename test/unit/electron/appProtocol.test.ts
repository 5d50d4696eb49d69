import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { APP_HEADERS, RUNNER_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { answerAppRequest, DESKTOP_APP_HEADERS, readAppRequest } from "../../../electron/appProtocol.ts";

/** Windows lets only administrators make links. */
const hasLinks = process.platform !== "win32";

const refused = (status: number) => ({ type: "refuse", status });

describe("readAppRequest", () => {
  it("gives the page for every place in the app", () => {
    const index = { type: "file", path: ["index.html"], headers: DESKTOP_APP_HEADERS };
    for (const place of ["", "/", "/n/0123456789abcdefghijkl", "/n/abc/", "/anything?x=1.js"]) {
      expect(readAppRequest("GET", `app://meshbook${place}`)).toEqual(index);
    }
  });

  it("gives files by their decoded names", () => {
    expect(readAppRequest("GET", "app://meshbook/assets/a%20b.js?v=1#x")).toEqual({
      type: "file",
      path: ["assets", "a b.js"],
      headers: DESKTOP_APP_HEADERS,
    });
  });

  it("serves the runner on its own host alone, and nothing else there", () => {
    const runner = { type: "file", path: ["runner.html"], headers: RUNNER_HEADERS };
    expect(readAppRequest("GET", "app://runner/runner.html")).toEqual(runner);
    for (const path of ["", "/", "/index.html", "/assets/runner.html", "/n/abc"]) {
      expect(readAppRequest("GET", `app://runner${path}`)).toEqual(refused(404));
    }
    expect(readAppRequest("GET", "app://meshbook/runner.html")).toEqual(refused(404));
    expect(readAppRequest("GET", "app://meshbook/%72unner.html")).toEqual(refused(404));
  });

  it.each(["POST", "PUT", "DELETE", "HEAD", "OPTIONS", "get", ""])("refuses the method %j", (method) => {
    expect(readAppRequest(method, "app://meshbook/")).toEqual(refused(405));
  });

  it.each([
    ...[
      "app://evil/",
      "app://meshbook.evil/",
      "app://meshbook:80/",
      "app://user@meshbook/",
      "app://user:word@runner/runner.html",
    ],
    ...["http://meshbook/", "file://meshbook/etc/passwd", "app:///index.html", "app:index.html", "meshbook", ""],
  ])("refuses the address %j", (address) => {
    expect(readAppRequest("GET", address)).toEqual(refused(400));
  });

  it.each([
    ...["/..%2f..%2fetc/passwd", "/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/a/..%5c..%5cwindows", "/..\\..\\windows"],
    ...["/.%2e%2fa", "/a/.%2fb", "/assets/.env", "/.git/config", "/...", "/%00", "/index.html%00.js"],
    ...["/c:/windows", "/index.html::$DATA", "/a%0ab.js", "/%", "/%zz", "/%ff", `/${"a".repeat(1100)}.js`],
  ])("refuses the path %j", (path) => {
    expect(readAppRequest("GET", `app://meshbook${path}`)).toEqual(refused(400));
  });

  it.each(["/../../etc/passwd", "/a/../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/a/.%2e/%2e./../etc/passwd"])(
    "keeps %j inside: the parser removes plain dots before anything is looked up",
    (path) => {
      expect(readAppRequest("GET", `app://meshbook${path}`)).toMatchObject({ type: "file", path: ["index.html"] });
      expect(readAppRequest("GET", `app://meshbook${path}.conf`)).toMatchObject({ path: ["etc", "passwd.conf"] });
    },
  );

  it("decodes once: a doubly encoded path is a name with a percent sign", () => {
    expect(readAppRequest("GET", "app://meshbook/%252e%252e%252fa.js")).toMatchObject({ path: ["%2e%2e%2fa.js"] });
  });
});

describe("DESKTOP_APP_HEADERS", () => {
  it("are the page's own, and let it reach class hosts and the runner's host", () => {
    const policy = (headers: Readonly<Record<string, string>>) => headers["Content-Security-Policy"]!.split("; ");
    const added = policy(DESKTOP_APP_HEADERS).filter((directive) => !policy(APP_HEADERS).includes(directive));
    expect(added).toEqual(["connect-src 'self' ws: wss: https: http:", "frame-src 'self' blob: data: app://runner"]);
    expect(policy(DESKTOP_APP_HEADERS)).toHaveLength(policy(APP_HEADERS).length);
    expect({ ...DESKTOP_APP_HEADERS, "Content-Security-Policy": "" }).toEqual({
      ...APP_HEADERS,
      "Content-Security-Policy": "",
    });
  });
});

describe("answerAppRequest", () => {
  let folder: string;
  let web: string;
  const get = (url: string, method = "GET") => answerAppRequest({ method, url }, web);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "meshbook-web-"));
    web = join(folder, "web");
    mkdirSync(join(web, "assets"), { recursive: true });
    writeFileSync(join(web, "index.html"), "<title>Meshbook</title>");
    writeFileSync(join(web, "runner.html"), "<title>runner</title>");
    writeFileSync(join(web, "assets/app.js"), "export {}");
    writeFileSync(join(web, "assets/data.xyz"), "<script>1</script>");
    mkdirSync(join(folder, "web-secrets"));
    writeFileSync(join(folder, "secret.txt"), "CANARY");
    writeFileSync(join(folder, "web-secrets/secret.txt"), "CANARY");
    if (!hasLinks) return;
    symlinkSync(join(folder, "secret.txt"), join(web, "link.txt"));
    symlinkSync(join(folder, "web-secrets"), join(web, "linked"));
    symlinkSync(join(web, "assets/app.js"), join(web, "inside.js"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it("answers with the bytes, their type and the page's headers", async () => {
    const answer = await get("app://meshbook/assets/app.js");
    expect([answer.status, await answer.text()]).toEqual([200, "export {}"]);
    expect(answer.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    for (const [name, value] of Object.entries(DESKTOP_APP_HEADERS)) expect(answer.headers.get(name)).toBe(value);
  });

  it("sends the runner's headers, and only those, with the runner", async () => {
    const answer = await get("app://runner/runner.html");
    expect(Object.fromEntries(answer.headers)).toEqual({
      ...Object.fromEntries(Object.entries(RUNNER_HEADERS).map(([name, value]) => [name.toLowerCase(), value])),
      "content-type": "text/html; charset=utf-8",
    });
  });

  it("never lets a file of an unknown kind become a page", async () => {
    const answer = await get("app://meshbook/assets/data.xyz");
    expect(answer.headers.get("content-type")).toBe("application/octet-stream");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it.runIf(hasLinks)("follows links inside the folder and none that lead out of it", async () => {
    expect(await (await get("app://meshbook/inside.js")).text()).toBe("export {}");
    for (const path of ["link.txt", "linked/secret.txt"]) {
      const answer = await get(`app://meshbook/${path}`);
      expect([answer.status, await answer.text()]).toEqual([404, "Meshbook has nothing here (404)."]);
    }
  });

  it("has no file for a missing name, a folder with a dot, or a refused request", async () => {
    mkdirSync(join(web, "folder.d"));
    expect((await get("app://meshbook/host.json")).status).toBe(404);
    expect((await get("app://meshbook/folder.d")).status).toBe(404);
    expect((await get("app://meshbook/..%2fsecret.txt")).status).toBe(400);
    expect((await get("app://meshbook/", "POST")).status).toBe(405);
  });

  it("answers 404, with the page's policy, when the page was never built", async () => {
    const answer = await answerAppRequest({ method: "GET", url: "app://meshbook/" }, join(folder, "none"));
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-security-policy")).toBe(DESKTOP_APP_HEADERS["Content-Security-Policy"]);
  });
});

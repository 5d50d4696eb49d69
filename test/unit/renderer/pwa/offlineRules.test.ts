import { describe, expect, it } from "vitest";
import {
  BLOBS_PATH,
  HOST_INFO_PATH,
  HUB_PATH,
  MQTT_PATH,
  SIGNALLING_PATH,
} from "#shared/contracts/host/hubProtocol.ts";
import { offlineRule, type OfflineRule } from "../../../../renderer/pwa/worker/offlineRules.ts";

const ORIGIN = "http://localhost:8720";
const FILES = new Set(["/", "/icon.svg", "/runner.html"]);
const rule = (path: string, change: { method?: string; mode?: string } = {}): OfflineRule =>
  offlineRule({ method: "GET", mode: "cors", url: new URL(path, ORIGIN).href, ...change }, ORIGIN, FILES);
const navigation = { mode: "navigate" };

describe("offlineRule", () => {
  it.each(["/", "/index.html", "/?from=home"])("answers a visit of %s with the app", (path) =>
    expect(rule(path, navigation)).toBe("app"),
  );

  it.each(["/n/AbCdEfGhIjKlMnOpQrStUv", "/n/AbCdEfGhIjKlMnOpQrStUv#k=secret"])(
    "answers a visit of %s with the page for notebooks",
    (path) => expect(rule(path, navigation)).toBe("notebook"),
  );

  it("answers the runner frame, however it is asked for", () => {
    expect([rule("/runner.html", navigation), rule("/runner.html")]).toEqual(["runner", "runner"]);
  });

  it("answers files of the build, and files of any build by their hash", () => {
    expect([rule("/icon.svg"), rule("/assets/app-1a2b.js")]).toEqual(["file", "file"]);
  });

  it("keeps what only some notebooks need when it is asked for", () => {
    expect(rule("/assets/python/wasm-1a2b.wasm")).toBe("later");
  });

  it.each([
    HOST_INFO_PATH,
    `${BLOBS_PATH}room/hash`,
    `${HUB_PATH}room`,
    SIGNALLING_PATH,
    MQTT_PATH,
    "/unknown",
    "/sw.js",
  ])("leaves %s to the network, visited or fetched", (path) =>
    expect([rule(path), rule(path, navigation)]).toEqual(["network", "network"]),
  );

  it("leaves everything that is not a GET, and every other origin, to the network", () => {
    expect(rule("/assets/app-1a2b.js", { method: "HEAD" })).toBe("network");
    expect(rule("/", { method: "POST", mode: "navigate" })).toBe("network");
    expect(rule("http://elsewhere.example/assets/app-1a2b.js")).toBe("network");
    expect(rule("http://localhost:9999/", navigation)).toBe("network");
  });
});

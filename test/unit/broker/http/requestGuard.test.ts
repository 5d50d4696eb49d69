import { describe, expect, it } from "vitest";
import { hostNameOf, isHostAllowed, isOriginAllowed } from "../../../../broker/http/requestGuard.ts";
import { ownHostNames } from "../../../../broker/http/hostNames.ts";

const own = (): ReadonlySet<string> => new Set(["192.168.1.5", "laptop", "laptop.local", "fe80::1"]);

describe("isHostAllowed", () => {
  it.each([
    "localhost",
    "localhost:8720",
    "LOCALHOST:8720",
    "127.0.0.1:8720",
    "127.8.9.10",
    "[::1]:8720",
    "192.168.1.5:8720",
    "laptop:80",
    "Laptop.local:8720",
    "[fe80::1]:8720",
  ])("takes %s", (header) => expect(isHostAllowed(header, own)).toBe(true));

  it.each([
    undefined,
    "",
    "evil.example",
    "evil.example:8720",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "127.0.0.1@evil.example",
    "evil.example#localhost",
    "192.168.1.6",
    "local host",
    "[::1",
  ])("refuses %s", (header) => expect(isHostAllowed(header, own)).toBe(false));

  it("reads the name without port and brackets", () => {
    expect(hostNameOf("[::1]:8720")).toBe("::1");
    expect(hostNameOf("Laptop.Local:1")).toBe("laptop.local");
  });

  it("knows this computer under its loopback names", () => {
    expect([...ownHostNames()]).toEqual(expect.arrayContaining(["localhost", "127.0.0.1"]));
  });
});

describe("isOriginAllowed", () => {
  const host = "127.0.0.1:8720";

  it.each([undefined, "http://127.0.0.1:8720", "https://127.0.0.1:8720", "app://meshbook"])("takes %s", (origin) =>
    expect(isOriginAllowed(origin, host)).toBe(true),
  );

  it.each([
    "null",
    "",
    "http://evil.example",
    "http://127.0.0.1",
    "http://127.0.0.1:8721",
    "http://localhost:8720",
    "app://meshbook.evil",
    "app://other",
    "chrome-extension://127.0.0.1:8720",
    "file://",
  ])("refuses %j", (origin) => expect(isOriginAllowed(origin, host)).toBe(false));
});

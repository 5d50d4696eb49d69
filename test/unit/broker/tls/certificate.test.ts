import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  certifiableNames,
  makeCertificate,
  readCertificate,
  renewalReason,
} from "../../../../broker/tls/certificate.ts";
import { openOwn, readGiven } from "../../../../broker/tls/certificateFiles.ts";

const DAY = 86_400_000;
const NAMES = ["127.0.0.1", "::1", "laptop.local", "localhost", "192.168.1.5"];
const now = Date.now();

describe("certifiableNames", () => {
  it("leaves out what no certificate can hold", () => {
    expect(certifiableNames(["B", "a.local", "fe80::1", "2001:db8::7", "", "ä", "10.0.0.5", "::1", "b"])).toEqual([
      "10.0.0.5",
      "::1",
      "a.local",
      "b",
    ]);
  });
});

describe("a host's own certificate", () => {
  it("holds the names, is no authority, and lasts as long as browsers allow", async () => {
    const { cert } = await makeCertificate(NAMES, now);
    const { certificate, expires, fingerprint, names } = readCertificate(cert)!;
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIP("192.168.1.5")).toBeDefined();
    expect(certificate.checkHost("laptop.local")).toBeDefined();
    expect(certificate.checkHost("example.org")).toBeUndefined();
    expect((expires - Date.parse(certificate.validFrom)) / DAY).toBeLessThanOrEqual(398);
    expect(expires - now).toBeGreaterThan(390 * DAY);
    expect(fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    expect(names).toContain("laptop.local");
  });
});

describe("renewalReason", () => {
  it("tells why a certificate no longer serves", async () => {
    const { cert } = await makeCertificate(NAMES, now);
    expect(renewalReason(cert, NAMES, now)).toBeUndefined();
    expect(renewalReason(cert, ["localhost"], now)).toBeUndefined();
    expect(renewalReason(cert, [...NAMES, "10.0.0.9"], now)).toBe("names");
    expect(renewalReason(cert, [...NAMES, "other.local"], now)).toBe("names");
    expect(renewalReason(cert, NAMES, now + 370 * DAY)).toBe("expires");
    expect(renewalReason("garbage", NAMES, now)).toBe("unreadable");
    expect(renewalReason(undefined, NAMES, now)).toBe("none");
  });
});

describe("the certificate in a host's folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "meshbook-tls-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("is made once, and its key is for its owner alone", async () => {
    const first = await openOwn(folder, NAMES, now);
    const second = await openOwn(folder, NAMES, now + 100 * DAY);
    expect(first.isNew).toBe(true);
    expect(second).toEqual({ ...first, isNew: false });
    if (process.platform !== "win32") expect((await stat(join(folder, "key.pem"))).mode & 0o777).toBe(0o600);
  });

  it("is renewed when an address is new, keeps the names it had, and then stays", async () => {
    const first = await openOwn(folder, NAMES, now);
    const moved = await openOwn(folder, ["localhost", "10.0.0.9"], now);
    expect(moved.isNew).toBe(true);
    expect(moved.cert).not.toBe(first.cert);
    const back = await openOwn(folder, NAMES, now);
    expect(back).toEqual({ ...moved, isNew: false });
  });

  it("is renewed before it runs out, and when it or its key is damaged", async () => {
    const first = await openOwn(folder, NAMES, now);
    expect((await openOwn(folder, NAMES, now + 380 * DAY)).isNew).toBe(true);
    for (const name of ["key.pem", "certificate.pem"]) {
      await writeFile(join(folder, name), "garbage");
      const renewed = await openOwn(folder, NAMES, now);
      expect(renewed.isNew).toBe(true);
      expect(await readFile(join(folder, "certificate.pem"), "utf8")).toBe(renewed.cert);
      expect(renewed.cert).not.toBe(first.cert);
    }
  });

  it("may be given instead, if its key is its key", async () => {
    const [one, other] = [await makeCertificate(NAMES, now), await makeCertificate(NAMES, now)];
    const path = (name: string): string => join(folder, name);
    await writeFile(path("cert"), one.cert);
    await writeFile(path("key"), one.key);
    await writeFile(path("other"), other.key);
    expect(await readGiven({ certFile: path("cert"), keyFile: path("key") })).toEqual(one);
    const read = (certFile: string, keyFile: string): Promise<unknown> =>
      readGiven({ certFile: path(certFile), keyFile: path(keyFile) });
    await expect(read("cert", "other")).rejects.toThrow("--tls-key");
    await expect(read("key", "key")).rejects.toThrow("--tls-cert");
    await expect(read("cert", "cert")).rejects.toThrow("--tls-key");
    await expect(read("nothing", "key")).rejects.toThrow("--tls-cert");
  });
});

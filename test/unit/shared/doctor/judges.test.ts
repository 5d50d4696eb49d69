import { describe, expect, it } from "vitest";
import { mib, ms, unixMs } from "#shared/base/units.ts";
import { CHECK_TITLES, isHealthy, type Check } from "#shared/doctor/check.ts";
import { judgeEndpoint, skipped, type Endpoint } from "#shared/doctor/judgeEndpoints.ts";
import { judgeIsolation, judgeNode } from "#shared/doctor/judgeMachine.ts";
import { judgeDirect, judgeMulticast, judgeUdp } from "#shared/doctor/judgeNetwork.ts";
import {
  clockSkew,
  isSecureOrigin,
  judgeCertificate,
  judgeClock,
  judgeSecureContext,
} from "#shared/doctor/judgeOrigin.ts";
import {
  judgeArchive,
  judgeBrowserStorage,
  judgeDataFolder,
  judgeFreeSpace,
  type FolderFacts,
} from "#shared/doctor/judgeStorage.ts";
import { CURE, WHY, type ProbeFailure } from "#shared/doctor/probe.ts";

/** What every check promises to its reader. */
function expectReadable(check: Check): void {
  expect(CHECK_TITLES[check.id]).toMatch(/\S/);
  expect(check.found).toMatch(/^[A-Z/].*\.$/s);
  if (check.state === "problem" || check.state === "warning") expect(check.advice).toMatch(/^[A-Z].*\.$/s);
  else expect(check.advice).toBeUndefined();
}

const ENDPOINTS: readonly Endpoint[] = ["host", "hub", "signalling", "mqtt-web", "mqtt-tcp"];
// reason: Object.keys widens to string; the record's type has exactly these keys.
const FAILURES = Object.keys(WHY) as readonly ProbeFailure[];

describe("judgeEndpoint", () => {
  it.each(ENDPOINTS)("is content with a %s that answers", (id) => {
    const check = judgeEndpoint(id, "http://10.0.0.5:8720", { reached: true, took: ms(12.4) });
    expect(check).toMatchObject({ id, state: "ok" });
    expect(check.found).toContain("(http://10.0.0.5:8720, 12 ms)");
    expectReadable(check);
  });

  it.each(ENDPOINTS.flatMap((id) => FAILURES.map((failure) => [id, failure] as const)))(
    "says of %s that is %s what that means and what to do",
    (id, failure) => {
      const check = judgeEndpoint(id, "http://10.0.0.5:8720", { reached: false, failure });
      expect(check).toMatchObject({ id, state: "problem", advice: CURE[failure] });
      expect(check.found).toContain(WHY[failure]);
      expectReadable(check);
    },
  );
});

describe("judgeUdp", () => {
  it.each([
    ["everything comes back", { loopback: true, lan: [{ address: "10.0.0.5", cameBack: true }] }, "ok"],
    ["there is no network", { loopback: true, lan: [] }, "ok"],
    ["one network swallows it", { loopback: true, lan: [{ address: "10.0.0.5", cameBack: false }] }, "warning"],
    ["nothing comes back", { loopback: false, lan: [] }, "warning"],
  ] as const)("when %s", (_, facts, state) => {
    const check = judgeUdp(facts);
    expect(check.state).toBe(state);
    expectReadable(check);
  });

  it("names the network that swallows datagrams, and no other", () => {
    const lan = [
      { address: "10.0.0.5", cameBack: true },
      { address: "192.168.1.7", cameBack: false },
    ];
    const { found } = judgeUdp({ loopback: true, lan });
    expect(found).toContain("192.168.1.7");
    expect(found).not.toContain("10.0.0.5");
  });
});

describe("judgeMulticast", () => {
  it.each([
    [{ joined: true, heard: true, inNetwork: true }, "ok"],
    [{ joined: true, heard: false, inNetwork: true }, "warning"],
    [{ joined: false, heard: false, inNetwork: true }, "warning"],
    [{ joined: false, heard: false, inNetwork: false }, "skipped"],
  ] as const)("%j is %s", (facts, state) => {
    const check = judgeMulticast(facts);
    expect(check.state).toBe(state);
    expectReadable(check);
  });
});

describe("judgeDirect", () => {
  it.each([
    [{ available: true, connected: true, hidden: false }, "ok"],
    [{ available: true, connected: true, hidden: true }, "ok"],
    [{ available: true, connected: false, hidden: true }, "warning"],
    [{ available: false, connected: false, hidden: false }, "warning"],
  ] as const)("%j is %s", (facts, state) => {
    const check = judgeDirect(facts);
    expect(check.state).toBe(state);
    expectReadable(check);
  });
});

describe("judgeSecureContext", () => {
  it.each([
    ["https://10.0.0.5:8720", true],
    ["http://localhost:8720", true],
    ["http://class.localhost", true],
    ["http://127.0.0.1:8720", true],
    ["http://127.9.9.9", true],
    ["http://[::1]:8720", true],
    ["http://10.0.0.5:8720", false],
    ["http://laptop.local:8720", false],
    ["http://127.0.0.1.example.org", false],
    ["http://localhost.example.org", false],
    ["not an origin", false],
  ])("%s: secure is %s", (origin, secure) => {
    expect(isSecureOrigin(origin)).toBe(secure);
    const check = judgeSecureContext(origin);
    expect(check.state).toBe(secure ? "ok" : "warning");
    if (origin.startsWith("http")) expect(check.found).toContain(origin);
  });

  it("believes the browser rather than the address", () => {
    expect(judgeSecureContext("http://10.0.0.5:8720", true).state).toBe("ok");
    expect(judgeSecureContext("https://10.0.0.5:8720", false).state).toBe("warning");
  });

  it("says where more is said", () => {
    const check = judgeSecureContext("http://10.0.0.5:8720");
    expect(check.advice).toContain("http://10.0.0.5:8720/secure");
    expectReadable(check);
  });
});

describe("judgeCertificate", () => {
  it.each([
    [true, "ok"],
    [false, "warning"],
    [undefined, "skipped"],
  ] as const)("trusted %s is %s", (trusted, state) => {
    const check = judgeCertificate("https://10.0.0.5:8720", trusted);
    expect(check.state).toBe(state);
    expectReadable(check);
  });
});

describe("clockSkew", () => {
  it.each([
    ["within the second that the header names", { host: 5000, asked: 5200, answered: 5300 }, 0],
    ["the answer took long, and the clocks may agree", { host: 9000, asked: 2000, answered: 9500 }, 0],
    ["ahead by what cannot be the header's second", { host: 5000, asked: 16_000, answered: 16_100 }, 10_000],
    ["behind by what cannot be the journey", { host: 65_000, asked: 4900, answered: 5000 }, -60_000],
  ])("%s", (_, { host, asked, answered }, skew) => {
    expect(clockSkew({ host: unixMs(host), asked: unixMs(asked), answered: unixMs(answered) })).toBe(skew);
  });
});

describe("judgeClock", () => {
  const of = (ahead: number): Check => {
    const now = 1_800_000_000_000;
    return judgeClock({ host: unixMs(now), asked: unixMs(now + 1000 + ahead), answered: unixMs(now + 1000 + ahead) });
  };

  it.each([
    [0, "ok"],
    [5000, "ok"],
    [5001, "warning"],
    [600_000, "warning"],
    [600_001, "problem"],
  ])("%i ms ahead is %s", (ahead, state) => {
    expect(of(ahead).state).toBe(state);
    expectReadable(of(ahead));
  });

  it.each([
    [30_000, "30 seconds ahead of"],
    [-31_000, "30 seconds behind"],
    [300_000, "5 minutes ahead of"],
    [7_200_000, "2 hours ahead of"],
    [864_000_000, "10 days ahead of"],
  ])("%i ms is said as “%s”", (ahead, words) => {
    expect(of(ahead).found).toContain(words);
  });

  it("does not judge a host that did not say", () => {
    expect(judgeClock({ host: undefined, asked: unixMs(1), answered: unixMs(2) }).state).toBe("skipped");
  });
});

describe("judgeDataFolder", () => {
  it.each<[FolderFacts, string]>([
    [{ state: "writable" }, "ok"],
    [{ state: "missing", creatable: true }, "ok"],
    [{ state: "missing", creatable: false }, "problem"],
    [{ state: "not-a-folder" }, "problem"],
    [{ state: "read-only" }, "problem"],
    [{ state: "full" }, "problem"],
  ])("%j is %s", (facts, state) => {
    const check = judgeDataFolder("/class", facts);
    expect(check.state).toBe(state);
    expect(check.found).toContain("/class");
    expectReadable(check);
  });
});

describe("judgeArchive", () => {
  it.each([
    ["opens", false, "ok"],
    ["missing", false, "skipped"],
    ["not-tried", false, "skipped"],
    ["in-use", true, "ok"],
    ["in-use", false, "problem"],
    ["damaged", false, "problem"],
  ] as const)("%s, host answers %s: %s", (facts, byHost, state) => {
    expect(judgeArchive(facts, byHost).state).toBe(state);
    expectReadable(judgeArchive(facts, byHost));
  });
});

describe("judgeFreeSpace", () => {
  it.each([
    [mib(2048), "ok"],
    [mib(2047), "warning"],
    [mib(512), "warning"],
    [mib(511), "problem"],
    [0, "problem"],
    [undefined, "skipped"],
  ])("%s bytes are %s", (free, state) => {
    expect(judgeFreeSpace(free).state).toBe(state);
    expectReadable(judgeFreeSpace(free));
  });
});

describe("judgeBrowserStorage", () => {
  it.each([
    [{ writable: true, persistent: true, free: mib(500) }, "ok"],
    [{ writable: true, persistent: undefined, free: undefined }, "ok"],
    [{ writable: true, persistent: true, free: mib(10) }, "warning"],
    [{ writable: false, persistent: undefined, free: undefined }, "problem"],
  ] as const)("%j is %s", (facts, state) => {
    expect(judgeBrowserStorage(facts).state).toBe(state);
    expectReadable(judgeBrowserStorage(facts));
  });

  it("promises to keep only what the browser promised to keep", () => {
    const facts = { writable: true, free: undefined };
    expect(judgeBrowserStorage({ ...facts, persistent: true }).found).toContain("until you delete it");
    for (const persistent of [false, undefined]) {
      expect(judgeBrowserStorage({ ...facts, persistent }).found).toContain("may clear it");
    }
  });
});

describe("judgeNode", () => {
  it.each([
    ["20.19.0", "ok"],
    ["20.20.1", "ok"],
    ["22.1.0", "ok"],
    ["20.18.9", "problem"],
    ["18.20.0", "problem"],
    ["nonsense", "problem"],
  ])("%s is %s", (version, state) => {
    expect(judgeNode(version).state).toBe(state);
    expectReadable(judgeNode(version));
  });
});

describe("judgeIsolation", () => {
  it.each([
    [3, "ok"],
    [2, "warning"],
    [undefined, "warning"],
  ] as const)("level %s is %s", (level, state) => {
    expect(judgeIsolation(level).state).toBe(state);
    expectReadable(judgeIsolation(level));
  });
});

describe("isHealthy", () => {
  const check = (state: Check["state"]): Check => ({ id: "hub", state, found: "It is so." });

  it("allows warnings and what was skipped, and no problem", () => {
    expect(isHealthy([check("ok"), check("warning"), skipped("clock", "There was no host.")])).toBe(true);
    expect(isHealthy([check("ok"), check("problem")])).toBe(false);
    expect(isHealthy([])).toBe(true);
  });
});

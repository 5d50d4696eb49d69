import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { unixMs, type UnixMs } from "#shared/base/units.ts";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { beginLife as begin } from "../../../../workers/agent/agentHome.ts";

const beginLife = (folder: string, now: UnixMs) => begin(folder, now, silentLogger);

describe("beginLife", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "agent-home-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("keeps the agent the same peer, in a life that is newer, also when the clock was put back", () => {
    const home = join(folder, "new", "home");
    const first = beginLife(home, unixMs(2_000_000));
    const second = beginLife(home, unixMs(1_000_000));
    expect(second.signer.peer).toBe(first.signer.peer);
    expect([first.incarnation, second.incarnation]).toEqual([2_000_000, 2_000_001]);
  });

  it.skipIf(process.platform === "win32")("lets nobody else read the key", () => {
    beginLife(folder, unixMs(1));
    expect(statSync(join(folder, "device-key.pem")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder).sort()).toEqual(["agent-life.json", "device-key.pem"]);
  });

  it("does not become another peer because its key is damaged", () => {
    beginLife(folder, unixMs(1));
    writeFileSync(join(folder, "device-key.pem"), "half a");
    expect(() => beginLife(folder, unixMs(2))).toThrow();
  });

  it("begins a life when the last one left half a file", () => {
    beginLife(folder, unixMs(1));
    writeFileSync(join(folder, "agent-life.json"), '{"incar');
    expect(beginLife(folder, unixMs(7)).incarnation).toBe(7);
  });

  it("lives on when its life cannot be written, and says what to do when its key cannot", () => {
    const known = beginLife(folder, unixMs(5));
    rmSync(join(folder, "agent-life.json"));
    // Where a file is to be, a folder: root, too, is refused.
    mkdirSync(join(folder, "agent-life.json", "full"), { recursive: true });
    const next = beginLife(folder, unixMs(9));
    expect([next.signer.peer, next.incarnation]).toEqual([known.signer.peer, 9]);
    expect(readdirSync(folder).sort()).toEqual(["agent-life.json", "device-key.pem"]);
    const noFolder = join(folder, "device-key.pem", "home");
    expect(() => beginLife(noFolder, unixMs(9))).toThrow(
      /Make it one that can be written, or name another with --data/,
    );
  });
});

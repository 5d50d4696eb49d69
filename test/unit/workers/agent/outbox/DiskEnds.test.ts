import { ClassicLevel } from "classic-level";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { DiskEnds } from "../../../../../workers/agent/outbox/DiskEnds.ts";

const folder = mkdtempSync(join(tmpdir(), "meshbook-ends-"));
let folders = 0;
const newFolder = (): string => join(folder, `ends${(folders += 1)}`);
const opened: DiskEnds[] = [];

function diskEnds(at: string): { ends: DiskEnds; warnings: string[] } {
  const warnings: string[] = [];
  const nothing = (): void => {};
  const logger: Logger = { debug: nothing, info: nothing, error: nothing, warn: (message) => warnings.push(message) };
  const ends = new DiskEnds({ folder: at, clock: systemClock, logger });
  opened.push(ends);
  return { ends, warnings };
}

const text = (records: readonly Uint8Array[]): string[] => records.map((record) => new TextDecoder().decode(record));
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

afterEach(async () => {
  for (const ends of opened.splice(0)) await ends.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("DiskEnds", () => {
  it("has after a restart what was put and not removed", async () => {
    const at = newFolder();
    const { ends } = diskEnds(at);
    expect(await ends.load()).toEqual([]);
    ends.put("one", bytes("first"));
    ends.put("two", bytes("second"));
    ends.remove("one");
    ends.put("three", bytes("third"));
    expect(await ends.flush()).toBe(true);
    await ends.close();
    expect(text(await diskEnds(at).ends.load())).toEqual(["third", "second"]);
  });

  it("waits for an agent on the same folder that is about to end", async () => {
    const at = newFolder();
    const { ends } = diskEnds(at);
    await ends.load();
    ends.put("one", bytes("first"));
    const next = diskEnds(at).ends.load();
    await ends.close();
    expect(text(await next)).toEqual(["first"]);
  });

  it("sets a damaged record aside and keeps the others", async () => {
    const at = newFolder();
    const { ends } = diskEnds(at);
    await ends.load();
    ends.put("one", bytes("first"));
    ends.put("two", bytes("second"));
    await ends.close();
    const level = new ClassicLevel<string, Uint8Array>(at, { valueEncoding: "view" });
    const record = Buffer.from((await level.get("end one"))!);
    record.writeUInt8(record.readUInt8(6) ^ 1, 6);
    await level.put("end one", record);
    await level.close();
    const { ends: again, warnings } = diskEnds(at);
    expect(text(await again.load())).toEqual(["second"]);
    expect(warnings).toEqual([expect.stringContaining("set aside")]);
    await again.close();
    const { ends: third, warnings: quiet } = diskEnds(at);
    expect(text(await third.load())).toEqual(["second"]);
    expect(quiet).toEqual([]);
  });

  it("goes on without a disk where there is none, and says so", async () => {
    const at = newFolder();
    const { ends } = diskEnds(at);
    await ends.load();
    await ends.close();
    rmSync(at, { recursive: true });
    writeFileSync(at, "a file in the place of the folder");
    const { ends: again, warnings } = diskEnds(at);
    expect(await again.load()).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("cannot be kept on disk")]);
    again.put("one", bytes("first"));
    expect(await again.flush()).toBe(false);
  });
});

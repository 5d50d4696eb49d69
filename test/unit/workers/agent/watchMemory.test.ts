import { describe, expect, it } from "vitest";
import { kib } from "#shared/base/units.ts";
import { memoryListed } from "../../../../workers/agent/watchMemory.ts";

describe("what Windows says of a process", () => {
  it.each([
    ["English", '"deno.exe","4711","Console","1","123,456 K"\r\n', 123_456],
    ["German", '"deno.exe","4711","Console","1","123.456 K"\r\n', 123_456],
    ["French", '"deno.exe","4711","Console","1","1\u202f123\u00a0456 Ko"\r\n', 1_123_456],
    ["a small one", '"deno.exe","4711","Services","0","8 K"\r\n', 8],
  ])("is read in %s", (_language, line, size) => expect(memoryListed(line)).toBe(kib(size)));

  it("is nothing where the process has ended", () => {
    expect(memoryListed("INFO: No tasks are running which match the specified criteria.\r\n")).toBe(0);
    expect(memoryListed("")).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { readReady } from "../../../../broker/process/AgentProcess.ts";

describe("readReady", () => {
  it("reads the peer of the ready line and of no other line", () => {
    expect(readReady('{"ready":true,"peer":"p","isolation":3}')).toBe("p");
    expect(["", "ready", "{}", '{"ready":false,"peer":"p"}', '{"ready":true}', "null"].map(readReady)).toEqual(
      Array.from({ length: 6 }, () => undefined),
    );
  });
});

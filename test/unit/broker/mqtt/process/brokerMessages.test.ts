import { describe, expect, it } from "vitest";
import { parseBrokerMessage } from "../../../../../broker/mqtt/process/brokerMessages.ts";

describe("parseBrokerMessage", () => {
  it("reads what the broker process sends", () => {
    expect(parseBrokerMessage({ type: "listening", port: 1883 })).toEqual({ type: "listening", port: 1883 });
    expect(parseBrokerMessage({ type: "alive" })).toEqual({ type: "alive", counts: undefined });
    const failed = { type: "failed", code: "EADDRINUSE", message: "in use" };
    expect(parseBrokerMessage(failed)).toEqual(failed);
  });

  it.each([undefined, null, "alive", [], {}, { type: "listening" }, { type: "listening", port: 0 }, { type: "stop" }])(
    "ignores %j",
    (value) => expect(parseBrokerMessage(value)).toBeUndefined(),
  );
});

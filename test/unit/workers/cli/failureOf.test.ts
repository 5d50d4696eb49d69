import { describe, expect, it } from "vitest";
import { failureOf, failureOfStatus } from "../../../../workers/cli/doctor/failureOf.ts";

const coded = (code: string): Error => Object.assign(new Error(code), { code });

describe("failureOf", () => {
  it.each([
    ["ECONNREFUSED", "refused"],
    ["EHOSTUNREACH", "unreachable"],
    ["ENETUNREACH", "unreachable"],
    ["ETIMEDOUT", "timeout"],
    ["ENOTFOUND", "name"],
    ["EAI_AGAIN", "name"],
    ["ECONNRESET", "silent"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "certificate"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate"],
    ["CERT_HAS_EXPIRED", "certificate"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "certificate"],
    ["SOMETHING_NEW", "unknown"],
    ["constructor", "unknown"],
  ])("%s is %s", (code, failure) => {
    expect(failureOf(coded(code))).toBe(failure);
  });

  it("looks into what caused it, and into the first of several addresses", () => {
    expect(failureOf(new Error("fetch failed", { cause: coded("ECONNREFUSED") }))).toBe("refused");
    expect(failureOf(new AggregateError([coded("ENETUNREACH"), coded("ECONNREFUSED")]))).toBe("unreachable");
    expect(failureOf("text")).toBe("unknown");
  });
});

describe("failureOfStatus", () => {
  it.each([
    [403, "forbidden"],
    [421, "forbidden"],
    [404, "missing"],
    [200, "missing"],
    [500, "unknown"],
    [undefined, "unknown"],
  ] as const)("%s is %s", (status, failure) => {
    expect(failureOfStatus(status)).toBe(failure);
  });
});

import { describe, expect, it } from "vitest";
import { matchesFilter } from "#shared/adapters/topicFilter.ts";

describe("matchesFilter", () => {
  it.each([
    ["a/b", "a/b", true],
    ["a/b", "a/c", false],
    ["a/b", "a", false],
    ["a/b", "a/b/c", false],
    ["a/+", "a/b", true],
    ["a/+", "a", false],
    ["a/+", "a/b/c", false],
    ["+/b", "a/b", true],
    ["a/+/c", "a/b/c", true],
    ["a/#", "a/b/c", true],
    ["a/#", "a", true],
    ["a/#", "ab", false],
    ["#", "a/b", true],
    ["a//b", "a//b", true],
    ["a/+/b", "a//b", true],
  ])("of %s and %s is %s", (filter, topic, matches) => {
    expect(matchesFilter(filter, topic)).toBe(matches);
  });
});

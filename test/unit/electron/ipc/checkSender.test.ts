import { describe, expect, it } from "vitest";
import { isOwnPage } from "../../../../electron/ipc/checkSender.ts";

const own = { url: "app://meshbook/n/abc#k=secret", origin: "app://meshbook", parent: null };

describe("isOwnPage", () => {
  it("is true for the page of the window", () => {
    expect(isOwnPage(own)).toBe(true);
    expect(isOwnPage({ ...own, url: "app://meshbook/" })).toBe(true);
  });

  it("is false for a frame that is gone", () => {
    expect(isOwnPage(null)).toBe(false);
  });

  it.each([
    ["the runner frame", { url: "app://runner/runner.html", origin: "null", parent: own }],
    ["an output frame", { url: "blob:app://meshbook/1", origin: "null", parent: own }],
    ["a frame of our own origin", { ...own, parent: own }],
    ["an about:blank frame, which inherits our origin", { ...own, url: "about:blank", parent: own }],
    ["a page of another host", { url: "app://runner/", origin: "app://runner", parent: null }],
    ["a host that begins alike", { url: "app://meshbook.evil/", origin: "app://meshbook.evil", parent: null }],
    [
      "a page from the internet",
      { url: "https://evil.example/app://meshbook/", origin: "https://evil.example", parent: null },
    ],
    ["our address with an opaque origin", { ...own, origin: "null" }],
    ["our origin with another address", { ...own, url: "about:blank" }],
    ["an address with our host as the user", { ...own, url: "app://meshbook@evil/" }],
    ["an empty frame", { url: "", origin: "", parent: null }],
  ])("is false for %s", (_name, frame) => {
    expect(isOwnPage(frame)).toBe(false);
  });
});

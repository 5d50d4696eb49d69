import { describe, expect, it } from "vitest";
import { moduleAddress, readModuleName, versionIn } from "#shared/packages/npmAddress.ts";

describe("the name of a module", () => {
  it.each([
    ["lodash", { name: "lodash", version: undefined, path: "" }],
    ["npm:lodash@4.17.21", { name: "lodash", version: "4.17.21", path: "" }],
    ["@scope/pkg@^2/lib/part.js", { name: "@scope/pkg", version: "^2", path: "/lib/part.js" }],
    ["lodash-es/map", { name: "lodash-es", version: undefined, path: "/map" }],
    ["react@next", { name: "react", version: "next", path: "" }],
  ])("%s is of npm", (text, module) => {
    expect(readModuleName(text)).toEqual({ ok: true, value: { kind: "npm", ...module } });
  });

  it("may be an address", () => {
    expect(readModuleName("https://esm.sh/d3?x#y")).toEqual({
      ok: true,
      value: { kind: "url", url: "https://esm.sh/d3?x" },
    });
  });

  it.each([
    ["./a.js", /has no folder/],
    ["/a.js", /has no folder/],
    ["http://a.example/x.js", /https/],
    ["https://", /none that can be loaded/],
    ["https://me:secret@a.example/x", /none that can be loaded/],
    ["node:fs", /part of Node/],
    ["data:text/javascript,1", /no name of a package/],
    ["a/../b", /no name of a package/],
    ["a b", /no name of a package/],
    ["", /no name of a package/],
    ["x".repeat(1_000), /too long/],
  ])("%s is refused", (text, message) => {
    expect(readModuleName(text)).toEqual({ ok: false, error: expect.stringMatching(message) as string });
  });
});

it("is found where servers have it", () => {
  const module = { kind: "npm", name: "@a/b", version: "1.2.3", path: "/c" } as const;
  expect(moduleAddress(module, "https://esm.sh")).toBe("https://esm.sh/@a/b@1.2.3/c?bundle&target=es2022");
  expect(moduleAddress(module, "https://cdn.jsdelivr.net")).toBe("https://cdn.jsdelivr.net/npm/@a/b@1.2.3/c/+esm");
});

it.each([
  ["lodash", "https://esm.sh/lodash@4.17.21/x.mjs", "", "4.17.21"],
  ["@a/b", "https://esm.sh/%40a/b@1.0.0-rc.1", "", "1.0.0-rc.1"],
  ["d3", "https://x.example/d3", "/* esm.sh - d3@7.9.0 */\nexport * from '/d3@7.9.0/d3.mjs'", "7.9.0"],
  ["d3", "https://x.example/d3", "export const x = 1", undefined],
])("the version of %s is read at %s", (name, url, source, version) => {
  expect(versionIn(name, url, source)).toBe(version);
});

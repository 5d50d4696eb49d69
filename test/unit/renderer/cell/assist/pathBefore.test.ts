import { describe, expect, it } from "vitest";
import { pathBefore } from "../../../../../renderer/cell/editor/assist/pathBefore.ts";
import { splitParameters } from "../../../../../renderer/cell/editor/assist/signature/splitParameters.ts";

describe("pathBefore", () => {
  it.each([
    ["x", [], "x"],
    ["f(x.", ["x"], ""],
    ["a.b?.c.na", ["a", "b", "c"], "na"],
    ["1 + ñandú.$y", ["ñandú"], "$y"],
    ["if not df.co", ["df"], "co"],
    ["...list.", undefined, ""],
  ])("reads %s", (text, owner, last) => {
    expect(pathBefore(text)).toEqual(owner && { owner, last });
  });

  it.each(["f().x", "a[0].x", "'a'.x", "1.5", "12", "", "a + ", "(a).b"])("reads nothing from %s", (text) => {
    expect(pathBefore(text)).toBeUndefined();
  });
});

describe("splitParameters", () => {
  it.each([
    ["()", [], ")"],
    ["(a, b = [1, 2], { c, d }) -> int", ["a", "b = [1, 2]", "{ c, d }"], ") -> int"],
    ["(f(a, b), ...rest)", ["f(a, b)", "...rest"], ")"],
  ])("splits %s", (signature, parameters, after) => {
    expect(splitParameters(signature)).toEqual({ before: "(", parameters, after });
  });
});

import { describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";

describe("a cell id", () => {
  it.each(["a", "cell-1", "__proto", "constructor", "x".repeat(64)])("may be %s", (id) => {
    expect(CellId.parse(id)).toBe(id);
  });

  it.each(["", "a b", "x".repeat(65), "__proto__"])("is not %j", (id) => {
    expect(CellId.parse(id)).toBeUndefined();
  });
});

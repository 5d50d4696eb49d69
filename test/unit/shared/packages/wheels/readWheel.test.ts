import { describe, expect, it } from "vitest";
import { readWheel } from "#shared/packages/wheels/readWheel.ts";
import { makeWheel, makeZip } from "../../../../support/packages/makeWheel.ts";

describe("readWheel", () => {
  it("tells which modules a wheel brings, and which packages it needs here", async () => {
    const { content } = makeWheel({
      name: "Colour.Box",
      files: {
        "colours/__init__.py": "",
        "colours/red.py": "",
        "single.py": "",
        "_fast.cpython-314-wasm32-emscripten.so": "",
        "data_only/table.csv": "",
        "colour_box-1.0.data/purelib/inside/__init__.py": "",
      },
      needs: ["Foo_Bar>=2", "numpy", "pytest; extra == 'test'", "pywin32 ; sys_platform == 'win32'", "six (>=1.0)"],
    });
    expect(await readWheel(content)).toEqual({
      ok: true,
      value: { imports: ["colours", "single", "_fast", "inside"], needs: ["foo-bar", "numpy", "six"] },
    });
  });

  it("refuses what is no wheel", async () => {
    expect((await readWheel(new Uint8Array())).ok).toBe(false);
    expect((await readWheel(new TextEncoder().encode("<!doctype html>".repeat(9)))).ok).toBe(false);
    expect((await readWheel(makeZip({ "a.py": "1" }))).ok).toBe(false);
  });

  it("never fails on a file that was cut or changed", async () => {
    const { content } = makeWheel({ name: "one", files: { "one.py": "x = 1" } });
    for (let at = 0; at < content.length; at++) {
      await readWheel(content.slice(0, at));
      const changed = content.slice();
      changed[at] = 255 - (changed[at] ?? 0);
      await readWheel(changed);
    }
  });

  it("unpacks no description beyond its limit", async () => {
    const long = "x".repeat(3 * 1024 * 1024);
    const { content } = makeWheel({ name: "bomb", version: "1", files: { "bomb.py": "" }, needs: [long] });
    expect(await readWheel(content)).toEqual({ ok: false, error: "its description cannot be read" });
  });
});

import { describe, expect, it } from "vitest";
import { examineWheel } from "#shared/packages/wheels/examineWheel.ts";
import { readWheelName } from "#shared/packages/wheels/wheelName.ts";
import { makeWheel, makeZip } from "../../../../support/packages/makeWheel.ts";

const shapes = makeWheel({ name: "shapes", files: { "shapes/__init__.py": "x = 1" }, needs: ["six"] });

describe("readWheelName", () => {
  it.each([
    ["shapes-1.0-py3-none-any.whl", { name: "shapes", version: "1.0" }],
    ["six-1.16-py2.py3-none-any.whl", { name: "six", version: "1.16" }],
    ["tagged-2-1-py312-none-any.whl", { name: "tagged", version: "2" }],
  ])("reads %s", (file, value) => {
    expect(readWheelName(file)).toEqual({ ok: true, value });
  });

  it.each([
    ["numpy-2.1-cp312-cp312-manylinux_2_17_x86_64.whl", /compiled for Linux/],
    ["numpy-2.1-cp312-cp312-win_amd64.whl", /compiled for Windows/],
    ["numpy-2.1-cp312-cp312-macosx_11_0_arm64.whl", /compiled for macOS.*simply imported/],
    ["tool-1-py3-none-win32.whl", /compiled for Windows/],
    ["old-1-py2-none-any.whl", /it is for another Python \(py2\)/],
    ["shapes.whl", /its name is none of a wheel/],
    ["shapes-1.0.tar.gz", /its name is none of a wheel/],
  ])("refuses %s", (file, error) => {
    expect(readWheelName(file)).toEqual({ ok: false, error: expect.stringMatching(error) as string });
  });
});

describe("examineWheel", () => {
  it("reads a whole one, also under the name of a second download", async () => {
    const expected = { file: shapes.file, name: "shapes", version: "1.0", imports: ["shapes"], needs: ["six"] };
    expect(await examineWheel(shapes.file, shapes.content)).toEqual(expected);
    expect(await examineWheel("shapes-1.0-py3-none-any (2).whl", shapes.content)).toEqual(expected);
  });

  it("refuses a file that was cut, or in which a byte changed, wherever that is in what it holds", async () => {
    const text = new TextDecoder("latin1").decode(shapes.content);
    const inside = text.indexOf("shapes/__init__.py") + "shapes/__init__.py".length + 2;
    const changed = shapes.content.slice();
    changed[inside] = 255 - (changed[inside] ?? 0);
    await expect(examineWheel(shapes.file, changed)).rejects.toThrow(/the file is damaged; get it again/);
    await expect(examineWheel(shapes.file, shapes.content.slice(0, -30))).rejects.toThrow(/the file is damaged/);
    await expect(examineWheel(shapes.file, new Uint8Array())).rejects.toThrow(/the file is damaged/);
  });

  it("refuses what is compiled, whatever its name says", async () => {
    const fast = makeWheel({ name: "fast", files: { "fast.cpython-312-x86_64-linux-gnu.so": "ELF" } });
    await expect(examineWheel(fast.file, fast.content)).rejects.toThrow(/holds a compiled program \(fast\.cpython/);
  });

  it("refuses giants: packed, and unpacked", async () => {
    await expect(examineWheel(shapes.file, new Uint8Array(64 * 1024 * 1024 + 1))).rejects.toThrow(
      /it has 64\.0 MiB, and a package may have 64\.0 MiB/,
    );
    const bomb = makeZip({ "bomb.py": "x", "bomb-1.dist-info/METADATA": "Name: bomb\n" });
    // The directory says that it unpacks to 300 MiB.
    const view = new DataView(bomb.buffer);
    const entry = new TextDecoder("latin1").decode(bomb).indexOf("PK\x01\x02");
    view.setUint32(entry + 24, 300 * 1024 * 1024, true);
    await expect(examineWheel("bomb-1-py3-none-any.whl", bomb)).rejects.toThrow(/unpacked it has more than 256\.0 MiB/);
  });

  it("refuses what nobody could import", async () => {
    const empty = makeWheel({ name: "empty", files: { "data/table.csv": "a" } });
    await expect(examineWheel(empty.file, empty.content)).rejects.toThrow(/brings no module that could be imported/);
  });
});

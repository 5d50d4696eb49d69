import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { notebooksToOpen } from "../../../../electron/files/openRequests.ts";

const home = resolve("/home/ana");
const open = (...argv: string[]) => notebooksToOpen(argv, home);

describe("notebooksToOpen", () => {
  it("finds notebooks among switches and the app's own entry, in any order", () => {
    const other = resolve("/tmp/B.IPYNB");
    const found = open("--no-sandbox", "dist/electron/main.mjs", "lab.ipynb", "--original-process-start-time=1", other);
    expect(found).toEqual([resolve(home, "lab.ipynb"), other]);
  });

  it("takes the addresses that Linux desktops give", () => {
    const path = resolve(home, "Lab 1.ipynb");
    expect(open(pathToFileURL(path).href)).toEqual([path]);
  });

  it.each([
    ...[
      "",
      "notes.txt",
      "lab.ipynb.exe",
      "https://a.example/lab.ipynb.html",
      "--open=lab.ipynb",
      "-lab.ipynb",
      "a\0.ipynb",
    ],
    ...["file://server/share/lab.ipynb", "file:///a%2flab.ipynb", "file:///a%00.ipynb", "file:///etc/passwd", "file:"],
  ])("takes nothing from %j", (argument) => {
    expect(open(argument)).toEqual([]);
  });

  it("opens a file once, and no more than a selection of files", () => {
    expect(open("a.ipynb", "./a.ipynb")).toEqual([resolve(home, "a.ipynb")]);
    expect(open(...Array.from({ length: 40 }, (_, index) => `${index}.ipynb`))).toHaveLength(16);
  });
});

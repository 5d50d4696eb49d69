import { describe, expect, it } from "vitest";
import { compilePython } from "#shared/dataflow/python/compilePython.ts";
import { plainPython } from "#shared/dataflow/python/magicLines.ts";
import { pythonMistake } from "#shared/dataflow/python/pythonMistake.ts";

const compiled = (source: string) => {
  const result = compilePython(source);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

describe("commands of IPython in a cell", () => {
  it("leaves out what has nothing to do here, and keeps lines and columns", () => {
    const source =
      "%matplotlib inline\n%load_ext autoreload\nimport math\nif math:\n    %config a.b = 'it'\nx = math.pi";
    const { readable, code } = plainPython(source);
    expect(code.split("\n").map((line) => line.replace(/#.*/, ""))).toEqual([
      "pass",
      "pass",
      "import math",
      "if math:",
      "    pass",
      "x = math.pi",
    ]);
    expect(readable).toHaveLength(source.length);
    expect(compiled(source).defines).toEqual(["math", "x"]);
    expect(pythonMistake(source)).toBeUndefined();
  });

  it("reads on behind a command with a quote in it", () => {
    expect(compiled("!pip install 'it''s\ny = x").defines).toEqual(["y"]);
  });

  it.each([
    "!pip install numpy",
    "%pip install -q numpy",
    "!{sys.executable} -m pip install x",
    "!python3 -m pip install x",
  ])("installs nothing, and says so: %s", (source) =>
    expect(compiled(`${source}\nimport numpy`).code).toMatch(/^if True: .*stderr.*\nimport numpy$/),
  );

  it("executes what is to be timed: each run says how long it took", () => {
    expect(compiled("%%time\nx = f(y)")).toMatchObject({
      code: "pass##\nx = f(y)",
      defines: ["x"],
      inputs: ["f", "y"],
    });
    expect(compiled("%time f(y)")).toMatchObject({ code: "f(y)", inputs: ["f", "y"] });
    expect(compiled("%time x = y")).toMatchObject({ code: "x = y", defines: ["x"], inputs: ["y"] });
  });

  it.each([
    ["x = 1\n  !ls", 2, 3, "command of the computer"],
    ["%timeit f()", 1, 1, "import timeit"],
    ["%%html\n<b>", 1, 1, "choose HTML"],
    ["%cd data", 1, 1, "`%cd` is a command of IPython"],
    ["print?", 1, 1, "help(print)"],
    ["?print", 1, 1, "help(print)"],
  ])("says what to do instead of %j", (source, line, column, words) => {
    expect(compilePython(source)).toEqual({
      ok: false,
      error: { line, column, message: expect.stringContaining(words) as string },
    });
  });

  it.each([
    "x = (5\n% 3)",
    "x = 5 \\\n% 3",
    "t = '''\n!important\n%time\n'''",
    'f(f"{d["a"]}",\n%y)',
    "# it's (\nx = [\n%y]",
    's = \'it\\\'s (\' + """\n!ls\n"""',
  ])("leaves alone what is Python: %j", (source) => {
    expect(plainPython(source)).toEqual({ readable: source, code: source, refused: undefined });
  });

  it("still sees a command behind brackets and texts that are closed", () => {
    expect(compilePython("x = [1, (2, \"(\")]\ny = '''a\n'''\n!ls")).toMatchObject({ ok: false, error: { line: 4 } });
  });
});

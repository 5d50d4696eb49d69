import { beforeAll, afterAll, describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import type { ValueFacts } from "#shared/ports/Kernel.ts";
import { openBrowserKernels, type BrowserKernel, type BrowserKernels } from "../support/browserKernels.ts";
import { python, request } from "../support/pythonPrograms.ts";
import { printed, runOn } from "./kernel.ts";
import { pythonKernelContract } from "./pythonKernel.ts";

let kernels: BrowserKernels;

pythonKernelContract("a worker in the runner frame, in Chromium", {
  setUp: async () => {
    kernels = await openBrowserKernels();
  },
  tearDown: () => kernels.close(),
  start: () => kernels.start(),
  asks: true,
});

const HOSTILE = `
import math, json
calls = []
class Hostile:
    """Says what it does.

    More."""
    __slots__ = ("slot",)
    def __init__(self, a: int, *, b: str = "x"): self.slot = [1, 2]
    def method(self, x, y=calls): return x
    @staticmethod
    def fixed(q): pass
    @property
    def computed(self): calls.append("property")
    def __dir__(self): calls.append("dir"); return []
    def __len__(self): calls.append("len"); return 1
    def __repr__(self): calls.append("repr"); return ""
    def __getattr__(self, name): calls.append(name); raise AttributeError
    def __getattribute__(self, name): calls.append(name); return object.__getattribute__(self, name)
thing = Hostile(1)
calls.clear()
numbers = list(range(1000))
def add(a, b=calls, *rest: int, c, **d) -> int:
    "Adds."
text = "abc"
`;

describe("looking at values of Python", () => {
  let kernel: BrowserKernel;
  beforeAll(async () => {
    kernels = await openBrowserKernels();
    kernel = await kernels.start();
    const defines = ["thing", "numbers", "add", "text", "Hostile", "calls", "math", "json"];
    const { end } = await runOn(kernel, request(python("a", HOSTILE, { defines })));
    expect(end).toEqual({ status: "ok" });
  }, 60_000);
  afterAll(() => kernels.close());

  const look = async (...names: readonly string[]): Promise<ValueFacts | undefined> => {
    const paths = [{ cell: CellId.parse("a"), language: "python" as const, names }];
    return (await kernel.inspect({ paths, members: true }))?.[0];
  };
  const facts = async (...names: readonly string[]): Promise<unknown> => {
    const found = await look(...names);
    return found && [found.type, found.size, found.preview, found.signature, found.doc?.split("\n")[0]];
  };

  it("tells what they are, with the signature as it was written", async () => {
    expect(await facts("numbers")).toEqual([
      "list",
      "1,000 items",
      "[0, 1, 2, 3, 4, 5, 6, 7, …]",
      undefined,
      undefined,
    ]);
    expect(await facts("text")).toEqual(["str", "3 characters", "'abc'", undefined, undefined]);
    const signature = "(a, b=calls, *rest: int, c, **d) -> int";
    expect(await facts("add")).toEqual(["function", undefined, `function add${signature}`, signature, "Adds."]);
    expect((await look("Hostile"))?.signature).toBe("(a: int, *, b: str='x')");
    expect((await look("json", "dumps"))?.signature).toMatch(/^\(obj, \*, skipkeys=…/);
    expect((await look("math", "sqrt"))?.signature).toMatch(/^\(x/);
    expect((await look("text", "split"))?.signature).toMatch(/^\(.*sep/);
    expect(await facts("thing", "method")).toMatchObject({ 3: "(x, y=calls)" });
    expect(await look("nothing")).toBeUndefined();
  });

  it("tells members of things, classes and modules", async () => {
    const names = async (...path: readonly string[]): Promise<readonly string[]> =>
      (await look(...path))?.members.map(({ name, kind }) => `${kind} ${name}`) ?? [];
    expect(await names("thing")).toEqual(
      expect.arrayContaining(["function method", "function fixed", "computed computed"]),
    );
    expect(await names("math")).toEqual(expect.arrayContaining(["function sqrt", "value pi"]));
    expect(await names("text")).toContain("function upper");
    expect(await names("thing", "slot")).toContain("function append");
  });

  it("executes nothing of a cell", async () => {
    for (const path of [["thing"], ["thing", "computed"], ["thing", "nothing"], ["thing", "slot"], ["Hostile"]]) {
      await look(...path);
    }
    const program = python("b", "print(calls)", { inputs: { calls: "a" } });
    expect(printed((await runOn(kernel, request(program))).outputs)).toBe("[]\n");
  });
});

// What a cell in Python must not reach from the runner frame, each attempt with a canary; and starts that go wrong.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CellId } from "#shared/base/ids.ts";
import { mib } from "#shared/base/units.ts";
import { ALLOWED, type Kernel } from "#shared/ports/Kernel.ts";
import { printed, runOn } from "../../contract/kernel.ts";
import { openBrowserKernels, type BrowserKernels } from "../../support/browserKernels.ts";
import { LONG } from "../../support/property.ts";
import type { KernelPage } from "../../support/kernelPage.ts";
import { requestForLast, type LanguageCell } from "../../support/languageCells.ts";
import { python, request } from "../../support/pythonPrograms.ts";
import { SLACK } from "../../support/slack.ts";

declare const lab: KernelPage;

let kernels: BrowserKernels;
beforeAll(async () => {
  kernels = await openBrowserKernels();
});
afterAll(() => kernels.close());

/** What a cell printed, or the error that ended it. */
async function attempt(kernel: Kernel, source: string): Promise<string> {
  const { outputs } = await runOn(kernel, request(python("a", source)));
  const errors = outputs.flatMap((output) =>
    output.output_type === "error" ? [`${output.ename}: ${output.evalue}`] : [],
  );
  return [printed(outputs), ...errors].join("").trim();
}

describe("from a cell in Python", () => {
  let kernel: Kernel;
  beforeAll(async () => {
    kernel = await kernels.start();
    await kernels.page.evaluate(async () => {
      await new Promise<void>((resolve) => {
        const open = indexedDB.open("canary", 1);
        open.onupgradeneeded = () => open.result.createObjectStore("canary").put("CANARY", "canary");
        open.onsuccess = () => resolve();
      });
    });
    await runOn(kernel, request(python("a", "1")));
  }, 60_000);
  afterAll(() => kernel.close());

  it.each([
    ["fetch of JavaScript", "import js\nawait js.fetch('URL')", /^JsException|TypeError/],
    ["fetch of Pyodide", "from pyodide.http import pyfetch\nawait pyfetch('URL')", /Error/],
    ["open_url", "from pyodide.http import open_url\nprint(open_url('URL').read())", /Error|Exception/],
    ["urllib", "import urllib.request\nurllib.request.urlopen('URL')", /Error/],
    ["a socket", "import socket\nsocket.create_connection(('127.0.0.1', PORT), timeout=1).send(b'canary')", /Error/],
    ["a request", "import js\nx = js.XMLHttpRequest.new()\nx.open('GET', 'URL', False)\nx.send()", /Error|Exception/],
    ["an import", "from pyodide.code import run_js\nawait run_js(\"import('URL')\")", /Error|Exception/],
    ["a package", "import micropip\nawait micropip.install('URL')", /ModuleNotFoundError/],
    ["a package of Pyodide", "import pyodide_js\nawait pyodide_js.loadPackage('URL')", /./],
  ])("nothing is sent by %s", async (_name, source, refused) => {
    const canary = `${kernels.url}canary`;
    const sent = source.replaceAll("URL", canary).replaceAll("PORT", new URL(canary).port);
    expect(await attempt(kernel, sent)).toMatch(refused);
    expect(kernels.requests.filter((path) => path.includes("canary"))).toEqual([]);
  });

  it.each([
    ["the app's IndexedDB", "import js\nprint(js.indexedDB)"],
    ["the app's caches", "import js\nprint(js.caches)"],
    ["the page's document", "import js\nprint(js.document)"],
    ["the page's storage", "import js\nprint(js.localStorage)"],
    ["other tabs", "import js\nprint(js.BroadcastChannel)"],
    ["the frame", "import js\nprint(js.postMessage)"],
  ])("%s is not there", async (_name, source) => {
    expect(await attempt(kernel, source)).toMatch(/^AttributeError/);
  });

  it("code of JavaScript sees no more", async () => {
    const source =
      "from pyodide.code import run_js\nprint(run_js('typeof indexedDB + typeof document + typeof caches'))";
    expect(await attempt(kernel, source)).toBe("undefinedundefinedundefined");
  });

  it.each([
    ["os.system", "import os\nprint(os.system('id'))"],
    ["subprocess", "import subprocess\nprint(subprocess.run(['id']))"],
    ["the C library", "import ctypes\nprint(ctypes.CDLL(None).system(b'id'))"],
    ["files of the computer", "print(open('/etc/hostname').read())"],
  ])("no computer is reached by %s", async (_name, source) => {
    expect(await attempt(kernel, source)).toMatch(/Error|^-1$|^127$/);
  });
});

describe("a cell in Python that takes too much memory", () => {
  const kept = (kernel: Kernel) => runOn(kernel, request(python("kept", "kept = 7", { defines: ["kept"] })));
  const read = (kernel: Kernel) =>
    runOn(kernel, request(python("b", "print(kept)", { inputs: { kept: CellId.parse("kept")! } })));

  it("is refused it at once, is told how much there is, and the kernel keeps its values", async () => {
    const kernel = await kernels.start();
    await kept(kernel);
    const told = /^MemoryError: Python has 2\.0 GiB of memory in one kernel, and that is full/;
    expect(await attempt(kernel, "len(bytearray(2**31 - 2**20))")).toMatch(told);
    expect(await attempt(kernel, "print(len(bytearray(2**27)))")).toBe(String(2 ** 27));
    expect(await attempt(kernel, "raise MemoryError('its own')")).toBe("MemoryError: its own");
    expect(await attempt(kernel, "raise MemoryError")).toBe("MemoryError:");
    expect(printed((await read(kernel)).outputs)).toBe("7\n");
    kernel.close();
  }, 60_000);

  it("has what was chosen for it, and the next one what was chosen for that", async () => {
    const kernel = await kernels.start();
    const bounded = { ...python("a", "len(bytearray(300 * 2**20))"), memory: mib(256) };
    const { outputs } = await runOn(kernel, request(bounded));
    const [error] = outputs.flatMap((output) => (output.output_type === "error" ? [output.evalue] : []));
    expect(error).toMatch(/^Python has 256\.0 MiB .*“Memory limit”/);
    expect(await attempt(kernel, "print(len(bytearray(300 * 2**20)))")).toBe(String(300 * 2 ** 20));
    kernel.close();
  }, 60_000);

  it.runIf(LONG)(
    "bit by bit is ended, and the page is not late",
    async () => {
      const kernel = await kernels.start();
      await kept(kernel);
      await kernels.page.evaluate(() => lab.longestGap());
      const bomb = "taken = []\nwhile True: taken.append(bytearray(b'x') * 2**24)";
      expect(await attempt(kernel, bomb)).toMatch(/^MemoryError: Python has/);
      expect(await kernels.page.evaluate(() => lab.longestGap())).toBeLessThan(100 * SLACK);
      expect(printed((await read(kernel)).outputs)).toBe("7\n");
      kernel.close();
    },
    120_000,
  );
});

describe("a large value read from another language", () => {
  const make: LanguageCell = ["javascript", "const big = new Uint8Array(80 * 2 ** 20).fill(7)"];
  const back: LanguageCell = ["python", "twin = bytes(big)"];

  it("is copied when the user lets it be, is not when not, and is asked for once", async () => {
    const kernel = await kernels.start();
    const asked: string[] = [];
    let answer = "";
    kernel.onWait((run, wait) => {
      if (wait?.on !== "copy") return;
      asked.push(`${wait.name} ${wait.size / 2 ** 20} ${wait.to}`);
      kernel.answer(run, answer);
    });
    const read = (...cells: readonly LanguageCell[]) => runOn(kernel, requestForLast(make, ...cells));
    const refused = await read(["python", "print(len(big), big[5])"]);
    expect(refused.end.status).toBe("error");
    expect(refused.outputs.at(-1)).toMatchObject({
      ename: "NotCopied",
      evalue: expect.stringMatching(/^80\.0 MiB of “big” to Python was not copied/) as string,
    });
    answer = ALLOWED;
    expect(printed((await read(["python", "print(len(big), big[5])"])).outputs)).toBe("83886080 7\n");
    expect(printed((await read(["python", "print(len(big))"])).outputs)).toBe("83886080\n");
    expect(printed((await read(back, ["javascript", "console.log(twin.length)"])).outputs)).toBe("83886080\n");
    expect(asked).toEqual(["big 80 python", "big 80 python", "twin 80 javascript"]);
    kernel.close();
  }, 60_000);

  it("is not copied by a run that is stopped while it is asked for, and the kernel keeps its values", async () => {
    const kernel = await kernels.start();
    const stop = new AbortController();
    kernel.onWait((_run, wait) => {
      if (wait?.on === "copy") stop.abort();
    });
    const { end } = await runOn(
      kernel,
      requestForLast(["javascript", "const other = new Uint8Array(80 * 2 ** 20)"], ["python", "print(len(other))"]),
      stop.signal,
    );
    expect(end.status).toBe("error");
    expect((await runOn(kernel, requestForLast(["python", "print(1)"]))).end).toEqual({ status: "ok" });
    kernel.close();
  }, 60_000);
});

describe("Python without its snapshot", () => {
  const broken: [string, Buffer | undefined][] = [
    ["that is not served", undefined],
    ...(LONG ? ([["that is damaged", Buffer.from("no snapshot")]] as [string, Buffer][]) : []),
  ];
  it.each(broken)(
    "%s starts all the same",
    async (_name, content) => {
      const { page, spoilt } = kernels;
      spoilt.set("snapshot-", content);
      await page.reload();
      const kernel = await kernels.start();
      expect(await attempt(kernel, "import random\nprint(6 * 7)")).toBe("42");
      spoilt.clear();
    },
    60_000,
  );

  it("says what to do where its files cannot be had", async () => {
    kernels.spoilt.set("wasm-", undefined);
    await kernels.page.reload();
    const kernel = await kernels.start();
    expect(await attempt(kernel, "print(1)")).toMatch(/^PythonError: .*a host that has no Python/);
    // And starts when they can.
    kernels.spoilt.clear();
    expect(await attempt(kernel, "print(1)")).toBe("1");
  }, 60_000);
});

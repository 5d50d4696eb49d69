// What a cell in Python must not reach from a slot of an agent, each attempt with a canary: a file that must stay unread,
// one that must not appear, a server that must not be asked.

import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Kernel } from "#shared/ports/Kernel.ts";
import { DenoKernel } from "../../../workers/agent/DenoKernel.ts";
import { findDeno } from "../../../workers/agent/denoBinary.ts";
import { slotCommand } from "../../../workers/agent/slotCommand.ts";
import { printed, runOn } from "../../contract/kernel.ts";
import { DIST, ensureBuilt } from "../../support/built.ts";
import { requestForLast } from "../../support/languageCells.ts";
import { python, request } from "../../support/pythonPrograms.ts";

let [kernel, folder, port]: [Kernel | undefined, string, number] = [undefined, "", 0];
const asked: (string | undefined)[] = [];
const server = createServer((heard, answer) => {
  asked.push(heard.url);
  answer.end("CANARY");
});

// Deno alone, without the second wall: what it refuses is refused everywhere.
const start = (): Promise<Kernel> => {
  const paths = { deno: findDeno() ?? "", slot: join(DIST, "slot"), python: join(DIST, "python") };
  return DenoKernel.start(slotCommand(paths, { bwrap: undefined, prlimit: undefined }));
};

beforeAll(async () => {
  await ensureBuilt();
  folder = await mkdtemp(join(tmpdir(), "meshbook-canary-"));
  await writeFile(join(folder, "secret"), "CANARY");
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
}, 60_000);
afterAll(async () => {
  kernel?.close();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** What a cell printed, or the error that ended it; in a new slot, if the last attempt ended its own. */
async function attempt(source: string): Promise<string> {
  if (kernel === undefined || kernel.lost === true) kernel = await start();
  const code = source.replaceAll("FOLDER", folder).replaceAll("URL", `http://127.0.0.1:${port}/canary`);
  try {
    const { outputs } = await runOn(kernel, request(python("a", code.replaceAll("PORT", String(port)))));
    const errors = outputs.flatMap((output) =>
      output.output_type === "error" ? [`${output.ename}: ${output.evalue}`] : [],
    );
    return [printed(outputs), ...errors].join("").trim();
  } catch (error) {
    return String(error);
  }
}

describe("from a cell in Python, in a slot,", () => {
  it.each([
    ["a file by open", "print(open('FOLDER/secret').read())"],
    ["a file by Deno", "from pyodide.code import run_js\nprint(run_js('Deno.readTextFileSync(\"FOLDER/secret\")'))"],
    [
      "a file by node",
      'from pyodide.code import run_js\nprint(await run_js(\'import("node:fs").then((fs) => fs.readFileSync("FOLDER/secret", "utf8"))\'))',
    ],
    [
      "a mounted folder",
      "import pyodide_js\npyodide_js.mountNodeFS('/mnt', 'FOLDER')\nprint(open('/mnt/secret').read())",
    ],
    ["the environment", "from pyodide.code import run_js\nprint(run_js('process.env.PATH'))"],
    ["fetch", "import js\nprint(await (await js.fetch('URL')).text())"],
    ["pyfetch", "from pyodide.http import pyfetch\nprint(await (await pyfetch('URL')).string())"],
    [
      "a socket",
      "import socket\nsocket.create_connection(('127.0.0.1', PORT), timeout=1).send(b'GET /canary HTTP/1.0\\r\\n\\r\\n')",
    ],
    ["a remote import", "from pyodide.code import run_js\nawait run_js('import(\"URL\")')"],
    ["a package", "import pyodide_js\nawait pyodide_js.loadPackage('URL')"],
  ])("nothing is read or sent by %s", async (_name, source) => {
    expect(await attempt(source)).not.toContain("CANARY");
    expect(asked).toEqual([]);
  });

  it.each([
    ["os.system", "import os\nprint(os.system('touch FOLDER/written'))"],
    ["subprocess", "import subprocess\nsubprocess.run(['touch', 'FOLDER/written'])"],
    ["the C library", "import ctypes\nprint(ctypes.CDLL(None).system(b'touch FOLDER/written'))"],
    ["Deno", 'from pyodide.code import run_js\nrun_js(\'Deno.writeTextFileSync("FOLDER/written", "")\')'],
  ])("nothing is written or started by %s", async (_name, source) => {
    await attempt(source);
    expect(existsSync(join(folder, "written"))).toBe(false);
  });
});

it("copies a large value unasked, and says so", async () => {
  if (kernel === undefined || kernel.lost === true) kernel = await start();
  const big = ["javascript", "const big = new Uint8Array(65 * 2 ** 20)"] as const;
  const { end, outputs } = await runOn(kernel, requestForLast(big, ["python", "print(len(big))"]));
  expect(end).toEqual({ status: "ok" });
  expect(printed(outputs)).toBe(`${65 * 2 ** 20}\n`);
  expect(printed(outputs, "stderr")).toBe("[copying 65.0 MiB of “big” to Python]\n");
}, 60_000);

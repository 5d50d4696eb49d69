// Canaries: what a program in a slot must not reach. They run in the place of the slot's own program, with everything
// Deno has still in reach: the command line alone must hold, in every way of starting a slot that works on this machine.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findDeno } from "../../workers/agent/denoBinary.ts";
import { possibleWrappings, slotCommand, type Wrapping } from "../../workers/agent/slotCommand.ts";

const SECRET = "canary-7f3a91";
/** Milliseconds one attempt may take; one that hangs reached nothing. */
const ATTEMPT_LIMIT = 3_000;

/** Each is the body of an async function that gets `place`, and returns what it reached. */
const attempts: Readonly<Record<string, string>> = {
  "a file by Deno": "return Deno.readTextFileSync(place.text)",
  "a file by node:fs": "return (await import('node:fs')).readFileSync(place.text, 'utf8')",
  "a file by a path of bytes":
    "return (await import('node:fs')).readFileSync(new TextEncoder().encode(place.text), 'utf8')",
  "a file by promises": "return await (await import('node:fs/promises')).readFile(place.text, 'utf8')",
  "a file by a stream":
    "for await (const c of (await import('node:fs')).createReadStream(place.text)) return String(c)",
  "a file as a blob": "return await (await (await import('node:fs')).openAsBlob(place.text)).text()",
  "a file by import": "return (await import('file://' + place.module)).default",
  "a file by import of JSON": "return (await import('file://' + place.json, { with: { type: 'json' } })).default",
  "a file by import of text": "return (await import('file://' + place.text, { with: { type: 'text' } })).default",
  "a file by require": "return (await import('node:module')).createRequire('file:///a.js')(place.json)",
  "a file by getBuiltinModule": "return process.getBuiltinModule('fs').readFileSync(place.text, 'utf8')",
  "a file by sqlite": "return new (await import('node:sqlite')).DatabaseSync(place.text).prepare('select 1').get()",
  "a file by sqlite's ATTACH":
    "const db = new (await import('node:sqlite')).DatabaseSync(':memory:'); db.exec(`attach '${place.text}' as a`); return db",
  "a file by fetch": "return await (await fetch('file://' + place.text)).text()",
  "a file by a worker of its own":
    "return await new Promise((done, fail) => { const w = new Worker('data:application/javascript,' + encodeURIComponent(`import s from 'file://${place.module}'; postMessage(s)`), { type: 'module' }); w.onmessage = (m) => done(m.data); w.onerror = (e) => { e.preventDefault(); fail(e.message) } })",
  "the folder of a file": "return [...Deno.readDirSync(place.folder)]",
  "the environment by Deno": "return Deno.env.toObject()",
  "the environment by node":
    "const all = { ...(await import('node:process')).env }; return Object.keys(all).length > 0 ? all : Promise.reject(new Error('nothing'))",
  "the environment by /proc": "return Deno.readTextFileSync('/proc/self/environ')",
  "the environment of the agent": "return Deno.readTextFileSync(`/proc/${Deno.ppid}/environ`)",
  "the network by fetch": "return await (await fetch(place.url)).text()",
  "the network by node:http":
    "return await new Promise((done, fail) => import('node:http').then(({ get }) => get(place.url, (r) => done(r.statusCode)).on('error', fail), fail))",
  "the network by TCP": "return await Deno.connect({ port: place.port })",
  "the network by node:net":
    "return await new Promise((done, fail) => import('node:net').then(({ connect }) => connect(place.port, '127.0.0.1', () => done(1)).on('error', fail), fail))",
  "the network by UDP":
    "return await new Promise((done, fail) => import('node:dgram').then(({ createSocket }) => createSocket('udp4').on('error', fail).send('a', place.port, '127.0.0.1', (e) => e ? fail(e) : done(1)), fail))",
  "the network by WebSocket":
    "return await new Promise((done, fail) => { const s = new WebSocket(place.url.replace('http', 'ws')); s.onerror = () => fail(new Error('refused')); s.onopen = () => done(1) })",
  "the network by DNS": "return await Deno.resolveDns('localhost', 'A')",
  "the network by listening": "return Deno.listen({ port: 0 })",
  "the network by import": "return (await import(place.url + 'module.js')).default",
  "a package of npm": "return await import('npm:left-pad')",
  "a package of jsr": "return await import('jsr:@std/path')",
  "another program by Deno": "return new Deno.Command('/bin/cat', { args: [place.text] }).outputSync().stdout.length",
  "another program by node":
    "return (await import('node:child_process')).execFileSync('/bin/cat', [place.text], { env: {} }).toString()",
  "a permission":
    "return (await Deno.permissions.request({ name: 'read' })).state === 'granted' ? 1 : Promise.reject(new Error('denied'))",
  "storage that outlives it": "localStorage.setItem('a', '1'); return 1",
  "a cache that outlives it": "await (await caches.open('a')).put('http://a/', new Response('1')); return 1",
  "writing a file": "Deno.writeTextFileSync(place.folder + '/written', '1'); return 1",
  "writing to /tmp": "Deno.writeTextFileSync('/tmp/canary-of-slot', '1'); return 1",
  "killing the agent": "Deno.kill(Deno.ppid, 'SIGCONT'); return 1",
  "a native library": "return Deno.dlopen('libc.so.6', {})",
  "the host's name": "return Deno.hostname()",
  "an inspector":
    "const { open, url } = await import('node:inspector'); open(0); return url() ?? Promise.reject(new Error('none'))",
};

type Told = Readonly<Record<string, { readonly reached?: string; readonly refused?: string }>>;

let folder = "";
let server: Server;
let datagrams: Socket;
/** Connections and datagrams that came to this process. */
let noticed = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "canary-"));
  writeFileSync(join(folder, "secret.txt"), SECRET);
  writeFileSync(join(folder, "secret.json"), `"${SECRET}"`);
  writeFileSync(join(folder, "secret.mjs"), `export default "${SECRET}"`);
  server = createServer((_request, response) => response.end(`export default "${SECRET}"`));
  server.on("connection", () => (noticed += 1));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  datagrams = createSocket("udp4").on("message", () => (noticed += 1));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((done) => datagrams.bind(port, "127.0.0.1", done));
});
afterAll(() => {
  server.close();
  datagrams.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program in a slot's place; what it printed. */
function runInSlot(wrapping: Wrapping, program: string): string {
  const slot = mkdtempSync(join(folder, "slot-"));
  mkdirSync(slot, { recursive: true });
  writeFileSync(join(slot, "slotMain.mjs"), program);
  const { file, args } = slotCommand({ deno: findDeno() ?? "", slot }, wrapping);
  const { env } = slotCommand({ deno: "", slot }, wrapping);
  const run = spawnSync(file, args, { env, cwd: "/", encoding: "utf8", timeout: 120_000 });
  return run.stdout === "" ? `nothing was printed: ${run.stderr}` : run.stdout;
}

function tryAll(wrapping: Wrapping): Told {
  const { port } = server.address() as AddressInfo;
  const file = (name: string): string => join(folder, name);
  const place = {
    ...{ folder, text: file("secret.txt"), json: file("secret.json"), module: file("secret.mjs") },
    ...{ port, url: `http://127.0.0.1:${port}/` },
  };
  return JSON.parse(
    runInSlot(
      wrapping,
      `const place = ${JSON.stringify(place)};
       const attempts = {
         ${Object.entries(attempts)
           .map(([name, body]) => `${JSON.stringify(name)}: async () => { ${body} }`)
           .join(",\n")}
       };
       const told = {};
       globalThis.addEventListener("unhandledrejection", (event) => event.preventDefault());
       globalThis.addEventListener("error", (event) => event.preventDefault());
       for (const [name, attempt] of Object.entries(attempts)) {
         const late = new Promise((_, fail) => setTimeout(() => fail(new Error("hung")), ${ATTEMPT_LIMIT}));
         try {
           told[name] = { reached: String(await Promise.race([attempt(), late])) };
         } catch (error) {
           told[name] = { refused: String(error) };
         }
       }
       console.log(JSON.stringify(told));
       Deno.exit(0);`,
    ),
  ) as Told;
}

describe.each(thatStart().map((wrapping) => [nameOf(wrapping), wrapping] as const))(
  "a program in a slot: %s",
  (_name, wrapping) => {
    let told: Told = {};
    beforeAll(() => {
      process.env["CANARY"] = SECRET;
      told = tryAll(wrapping);
      delete process.env["CANARY"];
    }, 180_000);

    it("runs", () => {
      expect(Object.keys(told)).toEqual(Object.keys(attempts));
    });

    it.each(Object.keys(attempts))("cannot reach %s", (name) => {
      expect(told[name]).toEqual({ refused: expect.any(String) as string });
    });

    it("made nobody outside notice it", () => {
      expect(noticed).toBe(0);
    });
  },
);

function nameOf({ bwrap, prlimit }: Wrapping): string {
  return ["Deno", bwrap && "bubblewrap", prlimit && "prlimit"].filter(Boolean).join(" in ");
}

/** The weakest, which every machine has, and the strongest that starts here. */
function thatStart(): readonly Wrapping[] {
  const all = possibleWrappings().filter((wrapping) => {
    const probe = mkdtempSync(join(tmpdir(), "canary-probe-"));
    writeFileSync(join(probe, "slotMain.mjs"), "console.log(1)");
    const { file, args, env } = slotCommand({ deno: findDeno() ?? "", slot: probe }, wrapping);
    const works = spawnSync(file, args, { env, cwd: "/", encoding: "utf8" }).stdout === "1\n";
    rmSync(probe, { recursive: true, force: true });
    if (!works) console.log(`slots: ${nameOf(wrapping)} does not start on this machine and is not tested`);
    return works;
  });
  return all.filter((_, at) => at === 0 || at === all.length - 1);
}

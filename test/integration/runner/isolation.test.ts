// What a cell must not reach from the runner frame. Each attempt has a canary: a value that must stay unread, a request
// that must never arrive, a message that must not be heard.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowserKernels, PLAIN_RUNNER, type BrowserKernels } from "../../support/browserKernels.ts";
import type { KernelPage } from "../../support/kernelPage.ts";
import { flowOf, requestFor } from "../../support/programs.ts";
import { printed, runOn } from "../../contract/kernel.ts";

declare const lab: KernelPage;

let kernels: BrowserKernels;
beforeAll(async () => {
  kernels = await openBrowserKernels();
  await kernels.page.evaluate(plantCanaries);
});
afterAll(() => kernels.close());

/** Executes a cell in a fresh kernel and gives what it printed. */
async function attempt(source: string): Promise<string> {
  const kernel = await kernels.start();
  try {
    const { outputs } = await runOn(kernel, requestFor(flowOf({ a: source }), "a"));
    const errors = outputs.flatMap((output) =>
      output.output_type === "error" ? [`${output.ename}: ${output.evalue}`] : [],
    );
    return [printed(outputs), ...errors].join("").trim();
  } finally {
    kernel.close();
  }
}

/** Runs in the page: values and ears that only the app may have. */
async function plantCanaries(): Promise<void> {
  localStorage.setItem("canary", "CANARY");
  document.cookie = "canary=CANARY";
  await new Promise<void>((resolve, reject) => {
    const open = indexedDB.open("canary", 1);
    open.onupgradeneeded = () => open.result.createObjectStore("canary").put("CANARY", "canary");
    open.onsuccess = () => resolve();
    open.onerror = () => reject(new Error("no IndexedDB"));
  });
  const cache = await caches.open("canary");
  await cache.put("/canary", new Response("CANARY"));
  const heard: unknown[] = [];
  Object.assign(window, { heard });
  new BroadcastChannel("canary").onmessage = (event) => heard.push(event.data);
  addEventListener("message", (event) => heard.push(event.data));
}

describe("from a cell, storage of the app", () => {
  it.each([
    ["IndexedDB", "typeof indexedDB"],
    ["caches", "typeof caches"],
    ["localStorage", "typeof localStorage"],
    ["cookies", "typeof document + typeof cookieStore"],
    ["files", "navigator.storage && await navigator.storage.getDirectory()"],
    ["locks", "typeof navigator.locks"],
  ])("%s cannot be reached", async (_name, source) => {
    expect(await attempt(`console.log(${source})`)).toMatch(/^(undefined)+$/);
  });

  it("cannot be reached in a nested worker, where nothing was deleted", async () => {
    const source = `
      const code = "onmessage = async () => { const found = []; try { const open = indexedDB.open('canary', 1); found.push(await new Promise((done) => { open.onsuccess = () => done('opened'); open.onerror = () => done('refused'); })) } catch (e) { found.push(e.name) } try { found.push(String(await (await caches.open('canary')).match('/canary'))) } catch (e) { found.push(e.name) } try { found.push((await fetch('${kernels.url}canary')).status) } catch (e) { found.push(e.name) } postMessage(found.join()) }";
      const worker = new Worker(URL.createObjectURL(new Blob([code])));
      console.log(await new Promise((done) => { worker.onmessage = (event) => done(event.data); worker.onerror = () => done("no worker"); worker.postMessage(0); }));`;
    expect(await attempt(source)).toMatch(/^(SecurityError|refused),(SecurityError|ReferenceError),TypeError$/);
  });
});

describe("from a cell, the network", () => {
  it.each([
    ["fetch", (url: string) => `await fetch("${url}")`],
    ["fetch without CORS", (url: string) => `await fetch("${url}", { mode: "no-cors" })`],
    ["fetch that outlives", (url: string) => `await fetch("${url}", { method: "POST", keepalive: true })`],
    ["XMLHttpRequest", (url: string) => `const x = new XMLHttpRequest(); x.open("GET", "${url}", false); x.send()`],
    ["import()", (url: string) => `await import("${url}")`],
    [
      "WebSocket",
      (url: string) =>
        `await new Promise((_, no) => { new WebSocket("${url.replace("http", "ws")}").onerror = () => no(new Error("refused")) })`,
    ],
    [
      "EventSource",
      (url: string) =>
        `await new Promise((_, no) => { new EventSource("${url}").onerror = () => no(new Error("refused")) })`,
    ],
    ["a font", (url: string) => `await new FontFace("x", "url(${url})").load()`],
  ])("cannot be reached by %s", async (_name, source) => {
    expect(await attempt(source(`${kernels.url}canary`))).toMatch(/Error/);
    expect(kernels.requests.filter((path) => path.includes("canary"))).toEqual([]);
  });

  it("cannot be reached by importScripts or WebRTC, which are not there", async () => {
    expect(
      await attempt("console.log(typeof importScripts, typeof RTCPeerConnection, typeof navigator.sendBeacon)"),
    ).toBe("undefined undefined undefined");
  });
});

describe("from a cell, the app's windows", () => {
  it("cannot be spoken to over a BroadcastChannel", async () => {
    expect(await attempt("console.log(typeof BroadcastChannel)")).toBe("undefined");
    const nested = `
      const worker = new Worker(URL.createObjectURL(new Blob(["new BroadcastChannel('canary').postMessage('FORGED'); postMessage(1)"])));
      await new Promise((done) => { worker.onmessage = done; worker.onerror = done; });`;
    await attempt(nested);
    expect(
      JSON.stringify(await kernels.page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)),
    ).not.toContain("FORGED");
  });

  it("cannot be reached through the worker's own ports", async () => {
    expect(await attempt("console.log(typeof postMessage, typeof close, typeof parent, typeof window)")).toBe(
      "undefined undefined undefined undefined",
    );
  });

  it("are not misled by what a cell forges on its port", async () => {
    const kernel = await kernels.start();
    const source = `
      const original = MessagePort.prototype.postMessage;
      const port = await new Promise((done) => { MessagePort.prototype.postMessage = function (...given) { MessagePort.prototype.postMessage = original; done(this); return original.apply(this, given) }; console.log("caught") });
      const forge = (message) => original.call(port, message);
      forge({ id: "x", type: "APPLY", path: ["constructor"], argumentList: [{ type: "RAW", value: "document.title = 'FORGED'" }] });
      forge({ id: "x", type: "SET", path: ["__proto__", "polluted"], value: { type: "RAW", value: "FORGED" } });
      forge({ id: "x", type: "GET", path: ["constructor", "prototype"] });
      forge({ type: "events", run: "another-run", json: JSON.stringify([{ output_type: "stream", name: "stdout", text: "FORGED" }]) });
      forge({ type: "ready" });
      forge(null);
      forge("text");
      forge({ type: "stopped", kernel: "x", reason: "asked", message: "FORGED" });
      await new Promise((done) => setTimeout(done, 20));
      "done"`;
    const { end, outputs } = await runOn(kernel, requestFor(flowOf({ a: source }), "a"));
    expect(end).toEqual({ status: "ok" });
    expect(JSON.stringify(outputs)).not.toContain("FORGED");
    const state = await kernels.page.evaluate(() => [
      document.title,
      ({} as { polluted?: string }).polluted ?? "clean",
    ]);
    expect(state).toEqual(["app", "clean"]);
    // It goes on working.
    expect((await runOn(kernel, requestFor(flowOf({ b: "1" }), "b"))).end).toEqual({ status: "ok" });
  });

  it.each([
    ["what is no output", `{ type: "events", run: 5, json: "[]" }`],
    ["what is no text", `{ type: "events", run: "r", json: { length: 1 } }`],
    ["too much", `{ type: "events", run: "r", json: "x".repeat(30 * 1024 * 1024) }`],
  ])("lose a kernel that sends %s", async (_name, message) => {
    const source = `
      const original = MessagePort.prototype.postMessage;
      const port = await new Promise((done) => { MessagePort.prototype.postMessage = function (...given) { MessagePort.prototype.postMessage = original; done(this); return original.apply(this, given) }; console.log("caught") });
      original.call(port, ${message});
      await new Promise(() => {});`;
    const kernel = await kernels.start();
    await expect(runOn(kernel, requestFor(flowOf({ a: source }), "a"))).rejects.toThrow(/values are lost/);
  });

  it("are not stalled by a flood of messages", async () => {
    const source = `
      const original = MessagePort.prototype.postMessage;
      const port = await new Promise((done) => { MessagePort.prototype.postMessage = function (...given) { MessagePort.prototype.postMessage = original; done(this); return original.apply(this, given) }; console.log("caught") });
      for (;;) original.call(port, { type: "noise" });`;
    const kernel = await kernels.start();
    await expect(runOn(kernel, requestFor(flowOf({ a: source }), "a"))).rejects.toThrow(/values are lost/);
    expect(await kernels.page.evaluate(() => 1 + 1)).toBe(2);
  });
});

describe("the runner frame", () => {
  it("refuses to start with the app's origin, were its headers lost", async () => {
    expect(await kernels.page.evaluate((url) => lab.startAt(url), PLAIN_RUNNER)).toMatch(
      /Code cannot run on this page/,
    );
  });

  it("refuses to start as a page of its own", async () => {
    const page = await kernels.browser.newPage();
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${kernels.url}runner.html`);
    expect(await page.evaluate(() => self.origin)).toBe("null");
    expect(errors.join()).toContain("only as an isolated frame");
    await page.close();
  });

  it("cannot be led to the app's pages", async () => {
    await kernels.start();
    const frame = kernels.frame();
    await frame.evaluate((url) => void (location.href = url), kernels.url).catch(() => undefined);
    await frame.waitForURL(/chrome-error|runner/).catch(() => undefined);
    expect(await frame.evaluate(() => document.title).catch(() => "gone")).not.toBe("app");
  });

  it("obeys one init only, and only its parent", async () => {
    await kernels.page.reload();
    await kernels.page.evaluate(plantCanaries);
    await kernels.start();
    const frame = kernels.frame();
    const answers = await kernels.page.evaluate(async () => {
      const { port1, port2 } = new MessageChannel();
      const answered: unknown[] = [];
      port1.onmessage = (event) => answered.push(event.data);
      document.querySelector("iframe")!.contentWindow!.postMessage({ type: "meshbook-runner-init" }, "*", [port2]);
      port1.postMessage({ type: "ping", nonce: 1 });
      await new Promise((resolve) => setTimeout(resolve, 100));
      return answered;
    });
    expect(answers).toEqual([]);
    expect(frame.url()).toContain("runner.html");
  });
});

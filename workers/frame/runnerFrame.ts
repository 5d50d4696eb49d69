// Bootstrap of the runner frame. It starts and ends workers and hands each its port; it never evaluates what others wrote
// and never looks into what goes through the ports. A frame of its own, without workers, draws diagrams: their language is
// read by a large program that needs a document. Another kind, the only one that is seen, becomes an output with scripts. See shared/contracts/page/runnerFrame.ts.

import { KernelSignals } from "#shared/contracts/kernel/kernelSignals.ts";
import { messageOf } from "#shared/base/errors.ts";
import type { RunnerEvent, RunnerHello, RunnerRequest } from "#shared/contracts/page/runnerFrame.ts";
import { dress, show } from "./showOutput.ts";
import { drawDiagram, loadMermaid } from "./drawDiagram.ts";

// Served without its headers this page would have the app's origin, and cells the app's storage.
if (self.origin !== "null" || parent === self) throw new Error("the runner frame starts only as an isolated frame");

const workers = new Map<string, { readonly worker: Worker; readonly signals: KernelSignals | undefined }>();
const workerUrl = URL.createObjectURL(new Blob([workerSource()], { type: "text/javascript" }));
let port: MessagePort | undefined;

addEventListener("message", (event: MessageEvent<unknown>) => {
  if (event.source !== parent || port !== undefined || typeOf(event.data) !== "meshbook-runner-init") return;
  port = event.ports[0];
  port?.addEventListener("message", (request: MessageEvent<unknown>) => obey(request));
  port?.start();
});
const hello: RunnerHello = { type: "meshbook-runner-hello" };
parent.postMessage(hello, "*");

function obey({ data, ports: [kernelPort] }: MessageEvent<unknown>): void {
  // reason: only the app holds the other end of this port.
  const request = data as RunnerRequest;
  switch (request.type) {
    case "start":
      if (kernelPort) start(request.kernel, kernelPort);
      break;
    case "interrupt":
      workers.get(request.kernel)?.signals?.interrupt(request.turn);
      break;
    case "answer":
      workers.get(request.kernel)?.signals?.answer(request.text);
      break;
    case "stop":
      stop(request.kernel, "asked", "");
      break;
    case "load":
      void loadMermaid(request.program);
      break;
    case "draw":
      draw(request.id, drawDiagram(request.source, request.dark));
      break;
    case "show":
      show(request.document, request.dress, (height) => tell({ type: "size", height }));
      break;
    case "dress":
      dress(request.dress);
      break;
    case "ping":
      tell({ type: "pong", nonce: request.nonce });
  }
}

function start(kernel: string, kernelPort: MessagePort): void {
  let worker: Worker;
  try {
    worker = new Worker(workerUrl, { name: kernel });
  } catch (error) {
    tell({ type: "stopped", kernel, reason: "failed", message: String(error) });
    return;
  }
  const signals = KernelSignals.create();
  workers.set(kernel, { worker, signals });
  // A worker that runs handles the errors of its cells: one that arrives here could not be loaded, or has died.
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    stop(kernel, "failed", event.message);
  });
  worker.postMessage({ type: "port", signals: signals?.buffer }, [kernelPort]);
  tell({ type: "started", kernel });
}

function stop(kernel: string, reason: "asked" | "failed", message: string): void {
  workers.get(kernel)?.worker.terminate();
  if (workers.delete(kernel)) tell({ type: "stopped", kernel, reason, message });
}

function draw(id: number, drawing: Promise<string>): void {
  drawing.then(
    (svg) => tell({ type: "drawn", id, svg }),
    (error: unknown) => tell({ type: "drawn", id, failure: messageOf(error) }),
  );
}

function tell(event: RunnerEvent): void {
  port?.postMessage(event);
}

function typeOf(data: unknown): unknown {
  return typeof data === "object" && data !== null && "type" in data ? data.type : undefined;
}

/** The worker's code stands in the page as JSON text: the frame can load nothing. */
function workerSource(): string {
  return String(JSON.parse(document.getElementById("kernel-worker")?.textContent ?? '""'));
}

// Entry of a slot: the main thread of a locked-down Deno process. It only carries: frames from the agent to the worker
// that executes cells, texts from the worker back. While a cell spins in its worker, this thread still notices that the
// agent is gone, and ends the process: nothing of a slot outlives its agent. It interrupts cells in Python by memory that
// it shares with the worker, and reads Python's files, which the worker cannot.

import { KernelSignals } from "#shared/contracts/kernelSignals.ts";
import { PYTHON_FILE_NAMES, PYTHON_FILES } from "#shared/contracts/pythonFiles.ts";
import { encodeSlotFrame, SlotFrameReader } from "#shared/contracts/slotFrames.ts";
import type { SlotRequest } from "#shared/contracts/slotProtocol.ts";
import { needs } from "#shared/ports/Kernel.ts";
import type { SlotStart } from "./slotWorker.ts";

function write(text: string): void {
  let rest = encodeSlotFrame(text);
  while (rest.byteLength > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

const signals = KernelSignals.create();
const worker = new Worker(new URL("./slotWorker.mjs", import.meta.url), { type: "module" });
const start: SlotStart = { signals: signals?.buffer };
worker.postMessage(start);
worker.addEventListener("message", ({ data }) => {
  if (typeof data === "string") write(data);
});
// A worker that ends by an error has lost its values: so has the slot.
worker.addEventListener("error", () => Deno.exit(1));

let python: Promise<void> | undefined;

/** Hands Python's files to the worker, once. What cannot be read the worker says when it starts Python without it. */
async function givePython(folder: string): Promise<void> {
  const read = async (file: (typeof PYTHON_FILES)[number]): Promise<readonly [string, ArrayBuffer][]> => {
    try {
      return [[file, (await Deno.readFile(`${folder}/${PYTHON_FILE_NAMES[file]}`)).buffer]];
    } catch {
      return [];
    }
  };
  const found = (await Promise.all(PYTHON_FILES.map(read))).flat();
  const given: SlotStart = { python: Object.fromEntries(found) };
  worker.postMessage(
    given,
    found.map(([, content]) => content),
  );
}

async function obey(text: string): Promise<void> {
  // reason: the agent sent it, and is trusted here.
  const request = JSON.parse(text) as SlotRequest;
  if (request.type === "interrupt") {
    signals?.interrupt(request.turn);
    return;
  }
  const [folder] = Deno.args;
  if (folder !== undefined && needs("python", request)) await (python ??= givePython(folder));
  worker.postMessage(text);
}

const reader = new SlotFrameReader();
for await (const bytes of Deno.stdin.readable) {
  for (const text of reader.push(bytes)) void obey(text);
}
Deno.exit(0);

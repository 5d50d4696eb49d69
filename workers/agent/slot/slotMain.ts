// Entry of a slot: the main thread of a locked-down Deno process. It only carries: frames from the agent to the worker
// that executes cells, texts from the worker back. While a cell spins in its worker, this thread still notices that the
// agent is gone, and ends the process: nothing of a slot outlives its agent.

import { encodeSlotFrame, SlotFrameReader } from "#shared/contracts/slotFrames.ts";

function write(text: string): void {
  let rest = encodeSlotFrame(text);
  while (rest.byteLength > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

const worker = new Worker(new URL("./slotWorker.mjs", import.meta.url), { type: "module" });
worker.addEventListener("message", ({ data }) => {
  if (typeof data === "string") write(data);
});
// A worker that ends by an error has lost its values: so has the slot.
worker.addEventListener("error", () => Deno.exit(1));

const reader = new SlotFrameReader();
for await (const bytes of Deno.stdin.readable) {
  for (const text of reader.push(bytes)) worker.postMessage(text);
}
Deno.exit(0);

import type { Writable } from "node:stream";
import { encodeSlotFrame } from "#shared/contracts/slot/slotFrames.ts";
import type { SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";

/** What an agent tells a slot, by its standard input. */
export class SlotInput {
  readonly #stdin: Writable;

  constructor(stdin: Writable) {
    this.#stdin = stdin;
    // Writing to a process that just ended; its `exit` tells.
    stdin.on("error", () => {});
  }

  /** What is sent in one turn is written at once: the slot then reads it at once. */
  send(request: SlotRequest): void {
    const stdin = this.#stdin;
    if (stdin.writableCorked === 0) {
      stdin.cork();
      process.nextTick(() => stdin.uncork());
    }
    this.sendNow(request);
  }

  /** For a slot that has nothing to do: it begins while the rest of this turn is done here. */
  sendNow(request: SlotRequest): void {
    this.#stdin.write(encodeSlotFrame(JSON.stringify(request)));
  }
}

import type { SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";
import type { LoadedWheels } from "#shared/contracts/kernel/wheels.ts";

/** Puts wheels together from their pieces. */
export class ReceivedWheels {
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #wheels: LoadedWheels["wheels"][number][] = [];

  take({ file, piece, last }: Extract<SlotRequest, { type: "wheel" }>): void {
    this.#pieces.push(Uint8Array.from(atob(piece), (character) => character.charCodeAt(0)));
    if (!last) return;
    this.#wheels.push({ file, content: new Blob(this.#pieces) });
    this.#pieces = [];
  }

  /** Those that are whole; they are forgotten here. */
  all(): LoadedWheels["wheels"] {
    const wheels = this.#wheels;
    this.#wheels = [];
    return wheels;
  }
}

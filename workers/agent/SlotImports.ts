import { Buffer } from "node:buffer";
import type { LoadedModules } from "#shared/contracts/kernel/loadedModules.ts";
import { WHEEL_PIECE, type SlotRequest } from "#shared/contracts/slot/slotProtocol.ts";
import type { LoadedWheels } from "#shared/contracts/kernel/wheels.ts";
import type { ImportReceiver } from "#shared/packages/KernelImports.ts";

/** Sends a slot what its cells import, in frames that are not too large. */
export class SlotImports implements ImportReceiver {
  readonly #send: (request: SlotRequest) => void;

  constructor(send: (request: SlotRequest) => void) {
    this.#send = send;
  }

  addModules({ files, entries }: LoadedModules): Promise<void> {
    for (const file of files) this.#send({ type: "modules", modules: { files: [file], entries: {} } });
    this.#send({ type: "modules", modules: { files: [], entries } });
    return Promise.resolve();
  }

  async addWheels({ wheels, failures }: LoadedWheels): Promise<void> {
    for (const { file, content } of wheels) {
      const bytes = Buffer.from(await content.arrayBuffer());
      for (let at = 0; at === 0 || at < bytes.length; at += WHEEL_PIECE) {
        const piece = bytes.subarray(at, at + WHEEL_PIECE).toString("base64");
        this.#send({ type: "wheel", file, piece, last: at + WHEEL_PIECE >= bytes.length });
      }
    }
    this.#send({ type: "wheels", failures });
  }
}

import { Value } from "../../base/value.ts";
import type { KnownDevice, ToldAccess } from "../../ports/AccessBoard.ts";
import { peerIdOf, PUBLIC_KEY_BYTES } from "../../rooms/deviceKey.ts";
import type { AccessFrame } from "./accessFrames.ts";

/** What a class host has told of who may do what, as the board shows it. Brought by the connection, or by the tab that has it. */
export class HostWords {
  readonly told = new Value<ToldAccess | undefined>(undefined);
  readonly devices = new Value<readonly KnownDevice[]>([]);
  readonly refused = new Value<string | undefined>(undefined);
  readonly cards = new Value<readonly Uint8Array[]>([]);
  readonly notes = new Value<readonly Uint8Array[]>([]);

  /** Takes a list that replaces the one before. Devices without a sound key are left out. */
  protected takeList(frame: Extract<AccessFrame, { readonly type: "devices" | "cards" | "notes" }>): void {
    switch (frame.type) {
      case "devices":
        this.devices.set(
          frame.devices
            .filter(({ publicKey }) => publicKey.length === PUBLIC_KEY_BYTES)
            .map((device) => ({ ...device, peer: peerIdOf(device.publicKey) })),
        );
        return;
      case "cards":
        this.cards.set(frame.cards);
        return;
      case "notes":
        this.notes.set(frame.notes);
    }
  }
}

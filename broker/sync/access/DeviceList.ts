import { DEVICES_LIMIT, type SeenDevice } from "#shared/adapters/hub/accessFrames.ts";
import type { PeerId } from "#shared/base/ids.ts";

export interface Device {
  readonly peer: PeerId;
  readonly publicKey: Uint8Array;
  readonly name: string;
}

/** Devices that proved who they are in one room, also those that were turned away: a teacher may let them in. */
export class DeviceList {
  readonly #devices = new Map<PeerId, Device>();

  /** True if this is news. The one seen longest ago is forgotten when there are too many. */
  see(device: Device): boolean {
    const known = this.#devices.get(device.peer);
    this.#devices.delete(device.peer);
    this.#devices.set(device.peer, device);
    const [oldest] = this.#devices.keys();
    if (this.#devices.size > DEVICES_LIMIT && oldest !== undefined) this.#devices.delete(oldest);
    return known?.name !== device.name;
  }

  tell(isHere: (peer: PeerId) => boolean): readonly SeenDevice[] {
    return [...this.#devices.values()].map(({ peer, publicKey, name }) => ({ publicKey, name, here: isHere(peer) }));
  }
}

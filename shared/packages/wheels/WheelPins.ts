import type { ContentHash } from "../../base/ids.ts";
import type { WheelFile } from "../../contracts/kernel/wheels.ts";

/** Wheels from outside the list of this Python that one notebook uses, by the first name of the module they were imported for. */
export interface WheelPins {
  /** In the order in which they are installed. */
  get(name: string): readonly WheelFile[] | undefined;
  /** Does nothing where the user may not change the notebook. */
  set(name: string, wheels: readonly WheelFile[]): void;
  /** Bytes of a wheel that was added to the notebook as a file; undefined if nobody reachable has it. Left out: there are none. */
  content?(hash: ContentHash): Promise<Uint8Array | undefined>;
}

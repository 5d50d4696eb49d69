import type { WheelFile } from "../../contracts/wheels.ts";

/** Wheels from outside the list of this Python that one notebook uses, by the first name of the module they were imported for. */
export interface WheelPins {
  /** In the order in which they are installed. */
  get(name: string): readonly WheelFile[] | undefined;
  /** Does nothing where the user may not change the notebook. */
  set(name: string, wheels: readonly WheelFile[]): void;
}

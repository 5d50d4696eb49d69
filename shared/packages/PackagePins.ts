import type { PackagePin } from "../notebook/packagePins.ts";

export type { PackagePin };

/** Pins of one notebook, by the text of the import. */
export interface PackagePins {
  get(text: string): PackagePin | undefined;
  /** Does nothing where the user may not change the notebook. */
  set(text: string, pin: PackagePin): void;
}

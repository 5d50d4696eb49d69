import type * as Y from "yjs";
import { packagePin, setPackagePin } from "../../notebook/packagePins.ts";
import type { PackagePins } from "../../packages/PackagePins.ts";

/** Pins that stand in the notebook. Who may only run its cells reads them. */
export const notebookPins = (doc: Y.Doc, mayChange: () => boolean): PackagePins => ({
  get: (text) => packagePin(doc, text),
  set: (text, pin) => {
    if (mayChange()) setPackagePin(doc, text, pin);
  },
});

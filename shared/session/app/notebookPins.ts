import type * as Y from "yjs";
import type { Readable } from "../../base/value.ts";
import { packagePin, setPackagePin } from "../../notebook/packagePins.ts";
import { setWheelPin, wheelPin } from "../../notebook/wheelPins.ts";
import type { PackagePins } from "../../packages/PackagePins.ts";
import type { WheelPins } from "../../packages/wheels/WheelPins.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";
import { mayEdit, type Role } from "../../rooms/access/role.ts";

/** What cells of one notebook import exactly. */
export interface NotebookPins {
  readonly modules: PackagePins;
  readonly wheels: WheelPins;
}

/** Pins that stand in the notebook. Who may only run its cells reads them. */
export const notebookPins = (
  doc: Y.Doc,
  access: Readable<{ readonly role: Role }>,
  blobs: Pick<BlobStore, "get">,
): NotebookPins => ({
  modules: {
    get: (text) => packagePin(doc, text),
    set: (text, pin) => {
      if (mayEdit(access.get().role)) setPackagePin(doc, text, pin);
    },
  },
  wheels: {
    get: (name) => wheelPin(doc, name),
    set: (name, wheels) => {
      if (mayEdit(access.get().role)) setWheelPin(doc, name, wheels);
    },
    content: (hash) => blobs.get(hash),
  },
});

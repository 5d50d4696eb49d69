// Packages of Python that somebody adds to a notebook as files. Loaded when the first one is.

import type * as Y from "yjs";
import { BadInputError } from "../../base/errors.ts";
import { bytes } from "../../base/units.ts";
import {
  notebookWheels,
  packageOf,
  putNotebookWheel,
  removeNotebookWheel,
  type NotebookWheel,
  type WheelPinsByName,
} from "../../notebook/notebookWheels.ts";
import { examineWheel } from "../../packages/wheels/examineWheel.ts";
import { offeredClosure } from "../../packages/wheels/offeredClosure.ts";
import type { WheelLock } from "../../packages/wheels/WheelLock.ts";
import type { BlobStore } from "../../ports/BlobStore.ts";

export interface WheelPlace {
  readonly doc: Y.Doc;
  readonly blobs: Pick<BlobStore, "put">;
  /** What exists for this Python anyway. Rejects, for people, where that cannot be had. */
  readonly lock: () => Promise<WheelLock>;
}

export interface AddedWheel {
  readonly wheel: NotebookWheel;
  /** Packages that it needs and that are neither known nor in the notebook. */
  readonly missing: readonly string[];
  /** The file of the same package that it replaced. */
  readonly replaced: string | undefined;
}

/**
 * Adds a wheel to a notebook: for everybody who has it, without a network from then on.
 * @throws BadInputError for what cannot run here or is damaged; StorageError where it could not be kept
 */
export async function addWheel(
  { doc, blobs, lock }: WheelPlace,
  given: { readonly name: string; readonly content: Uint8Array },
): Promise<AddedWheel> {
  const { file, imports, needs } = await examineWheel(given.name, given.content);
  const known = await lock();
  const own = imports.filter((name) => !known.standard.has(name));
  if (own.length === 0) {
    throw new BadInputError(`${given.name} was not added: Python brings ${imports[0] ?? "it"} itself.`);
  }
  const hash = await blobs.put(given.content);
  const wheel: NotebookWheel = { file, hash, size: bytes(given.content.byteLength), imports: own, needs };
  const before = notebookWheels(doc);
  const others = before.filter((one) => packageOf(one.file) !== packageOf(file));
  putNotebookWheel(doc, wheel, pinsOf([...others, wheel], known));
  const there = new Set([...others, wheel].map((one) => packageOf(one.file)));
  return {
    wheel,
    missing: needs.filter((name) => !there.has(name) && !known.packages.has(name)),
    replaced: before.find((one) => packageOf(one.file) === packageOf(file) && one.file !== file)?.file,
  };
}

/** Its bytes stay as long as the history of the notebook mentions them. */
export async function removeWheel({ doc, lock }: Omit<WheelPlace, "blobs">, file: string): Promise<void> {
  const others = notebookWheels(doc).filter((one) => one.file !== file);
  removeNotebookWheel(doc, file, pinsOf(others, await lock()));
}

function pinsOf(wheels: readonly NotebookWheel[], lock: WheelLock): WheelPinsByName {
  return new Map(
    wheels.flatMap((wheel) => {
      const pins = offeredClosure(wheel, wheels, lock).map(({ file, hash }) => ({ file, hash }));
      return wheel.imports.map((name) => [name, pins] as const);
    }),
  );
}

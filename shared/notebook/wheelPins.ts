import type * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord, readArray, readString } from "../base/parse.ts";
import { USER } from "./origins.ts";
import { META, notebookRoots } from "./schema.ts";

/** A wheel that a notebook uses, exactly. */
export interface WheelPin {
  /** With the name and the version of its package. */
  readonly file: string;
  readonly hash: ContentHash;
}

/** Wheels that one module needs. */
const WHEELS_LIMIT = 100;
const FILE_LENGTH = 200;

/** The wheels that the notebook imports a module of Python from, in order, if somebody has run a cell that does. */
export function wheelPin(doc: Y.Doc, name: string): readonly WheelPin[] | undefined {
  return readWheelPins(notebookRoots(doc).meta.get(META.wheel + name));
}

/** Reads pins that somebody else wrote. */
export function readWheelPins(value: unknown): readonly WheelPin[] | undefined {
  const found = readArray(value, WHEELS_LIMIT, readPin);
  return found === undefined || found.length === 0 ? undefined : found;
}

export function setWheelPin(doc: Y.Doc, name: string, wheels: readonly WheelPin[]): void {
  if (wheels.length > WHEELS_LIMIT) return;
  const value = wheels.map(({ file, hash }) => ({ file, hash }));
  if (JSON.stringify(wheelPin(doc, name)) === JSON.stringify(value)) return;
  doc.transact(() => notebookRoots(doc).meta.set(META.wheel + name, value), USER);
}

function readPin(value: unknown): WheelPin | undefined {
  if (!isRecord(value)) return undefined;
  const file = readString(value["file"], FILE_LENGTH);
  const hash = ContentHash.parse(value["hash"]);
  return file === undefined || hash === undefined ? undefined : { file, hash };
}

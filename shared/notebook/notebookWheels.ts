import type * as Y from "yjs";
import { ContentHash } from "../base/ids.ts";
import { isRecord, readArray, readInteger, readString } from "../base/parse.ts";
import { bytes, mib, type Bytes } from "../base/units.ts";
import { USER } from "./origins.ts";
import { META, notebookRoots } from "./schema.ts";
import { setWheelPin, wheelPin, type WheelPin } from "./wheelPins.ts";

/** A package of Python that somebody added to the notebook as a file. Its bytes are a blob. */
export interface NotebookWheel extends WheelPin {
  readonly size: Bytes;
  /** First names of the modules that it brings. */
  readonly imports: readonly string[];
  /** Names of the packages that it needs, as lists of Python write them. */
  readonly needs: readonly string[];
}

export const WHEEL_MIME = "application/x-wheel+zip";
/** Packages of one notebook. */
const WHEELS_LIMIT = 200;
const NAMES_LIMIT = 1_000;
const NAME_LENGTH = 200;
const SIZE_LIMIT: Bytes = mib(1_024);

/** Those that are in the notebook, by name. */
export function notebookWheels(doc: Y.Doc): readonly NotebookWheel[] {
  const found = [...notebookRoots(doc).files].flatMap(([file, value]) => readWheelEntry(file, value) ?? []);
  // Not by a language's rules, which differ from peer to peer.
  return found.sort((one, other) => (one.file < other.file ? -1 : 1)).slice(0, WHEELS_LIMIT);
}

/** Module → the wheels that it is imported from, in the order in which they are installed. */
export type WheelPinsByName = ReadonlyMap<string, readonly WheelPin[]>;

/**
 * Puts a wheel whose bytes are stored in place of those in `replaced`, and pins what is imported from wheels of this
 * notebook. A module that no wheel of it brings any more is not pinned any more.
 */
export function putNotebookWheel(doc: Y.Doc, wheel: NotebookWheel, pins: WheelPinsByName): void {
  const { files } = notebookRoots(doc);
  const package_ = packageOf(wheel.file);
  doc.transact(() => {
    for (const other of notebookWheels(doc)) if (packageOf(other.file) === package_) remove(doc, other);
    const { file, hash, size, imports, needs } = wheel;
    files.set(file, { hash, mime: WHEEL_MIME, size, imports, needs });
    for (const [name, pinned] of pins) setWheelPin(doc, name, pinned);
  }, USER);
}

/** `pins`: of what stays. */
export function removeNotebookWheel(doc: Y.Doc, file: string, pins: WheelPinsByName): void {
  const wheel = notebookWheels(doc).find((one) => one.file === file);
  if (wheel === undefined) return;
  doc.transact(() => {
    remove(doc, wheel);
    for (const [name, pinned] of pins) setWheelPin(doc, name, pinned);
  }, USER);
}

/** Without what is imported from it. What a class host offers under the same name may be pinned again. */
function remove(doc: Y.Doc, { file, hash, imports }: NotebookWheel): void {
  const { files, meta } = notebookRoots(doc);
  files.delete(file);
  for (const name of imports) {
    if (wheelPin(doc, name)?.some((pin) => pin.hash === hash) === true) meta.delete(META.wheel + name);
  }
}

/** `Foo.Bar-1.0-py3-none-any.whl` and `foo_bar-2.0-…` are one package. */
export const packageOf = (file: string): string => (file.split("-")[0] ?? "").replace(/[-_.]+/g, "-").toLowerCase();

function readWheelEntry(file: string, value: unknown): NotebookWheel | undefined {
  if (!isRecord(value) || value["mime"] !== WHEEL_MIME || file.length > NAME_LENGTH) return undefined;
  const hash = ContentHash.parse(value["hash"]);
  const size = readInteger(value["size"], 0, SIZE_LIMIT);
  const [imports, needs] = [readNames(value["imports"]), readNames(value["needs"])];
  if (hash === undefined || size === undefined || imports === undefined || needs === undefined) return undefined;
  return { file, hash, size: bytes(size), imports, needs };
}

const readNames = (value: unknown): readonly string[] | undefined =>
  readArray(value, NAMES_LIMIT, (name) => readString(name, NAME_LENGTH));

// Packages of Python as wheels: what a class host offers, and what is handed into a kernel.

import { ContentHash } from "../../base/ids.ts";
import type { WheelPin } from "../../notebook/wheelPins.ts";
import { isRecord, readArray, readString } from "../../base/parse.ts";

/** The list of what a host offers; its files are below. */
export const WHEELS_PATH = "/wheels/";

/** Exactly one file. */
export type WheelFile = WheelPin;

/** A wheel in a host's folder. */
export interface OfferedWheel extends WheelFile {
  /** First names of modules that come with it. */
  readonly imports: readonly string[];
  /** Names of packages that it needs, as lists of Python write them. */
  readonly needs: readonly string[];
}

/** Wheels on their way into a kernel, in the order in which they are installed. */
export interface LoadedWheels {
  readonly wheels: readonly { readonly file: string; readonly content: Blob }[];
  /** First name of a module → why it is not there, for people. */
  readonly failures: Readonly<Record<string, string>>;
}

/** Wheels that a host may offer: ten times what is known of this Python. */
export const OFFERED_LIMIT = 4_000;
const NAMES_LIMIT = 1_000;
const NAME_LENGTH = 200;
/** Also of what is no wheel but belongs to one: libraries come as zip files. */
const FILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._+!-]{0,190}\.(?:whl|zip)$/;

export const isWheelName = (name: string): boolean => FILE_NAME.test(name);

/** Reads a file with its hash; undefined for anything else. */
export function readWheelFile(value: unknown): WheelFile | undefined {
  if (!isRecord(value)) return undefined;
  const file = readString(value["file"], NAME_LENGTH);
  const hash = ContentHash.parse(value["hash"]);
  return file === undefined || !isWheelName(file) || hash === undefined ? undefined : { file, hash };
}

/** Reads `WHEELS_PATH`; undefined for what no host says. */
export function parseOfferedWheels(value: unknown): readonly OfferedWheel[] | undefined {
  return isRecord(value) ? readArray(value["wheels"], OFFERED_LIMIT, readOffered) : undefined;
}

function readOffered(value: unknown): OfferedWheel | undefined {
  const file = readWheelFile(value);
  if (file === undefined || !isRecord(value)) return undefined;
  const [imports, needs] = [readNames(value["imports"]), readNames(value["needs"])];
  return imports === undefined || needs === undefined ? undefined : { ...file, imports, needs };
}

const readNames = (value: unknown): readonly string[] | undefined =>
  readArray(value, NAMES_LIMIT, (name) => readString(name, NAME_LENGTH));

/** The name of a package as lists write it: `Foo.Bar_baz` and `foo-bar-baz` are one. */
export const canonicalName = (name: string): string => name.replace(/[-_.]+/g, "-").toLowerCase();

// The frame of a `.meshbook` file:
//
//   magic (8 bytes) · version (1) · sections · section `end.` with the SHA-256 of everything before it
//   section = name (4 ASCII letters) · flags (1) · length (4) · stored length (4) · CRC-32 (4) · stored bytes
//
// Numbers are big-endian. Each section has a checksum of its own, so that damage is not only noticed but located; the
// hash at the end also notices what was cut off or left out. The magic is of PNG's kind: its first byte and its line
// break tell of a file that was sent as text.

import { sha256 } from "@noble/hashes/sha2.js";
import { crc32 } from "../base/crc32.ts";
import { BadInputError } from "../base/errors.ts";
import { err, ok, type Result } from "../base/result.ts";
import { looksLikeMeshbookFile, MAGIC } from "./magic.ts";

/** Raised when older code could not read the frame. What is added inside sections, or as new sections, does not. */
export const CONTAINER_VERSION = 1;
/** Far more than any notebook has outputs; keeps a file of empty sections from costing anything. */
export const SECTION_LIMIT = 20_000;

/** What of the magic is left when a program took the file for text. */
const LETTERS = MAGIC.slice(1, 5);
const HEADER_BYTES = 17;
const SUM_AT = 13;
const END = "end.";
const HASH_BYTES = 32;
const DEFLATED = 1;

export interface Section {
  /** Readers skip a name they do not know, unless it begins with a capital letter: then they refuse the file. */
  readonly name: string;
  readonly deflated: boolean;
  /** Bytes after inflating. */
  readonly length: number;
  readonly stored: Uint8Array;
}

/** A section where it stands in a file. */
export interface PlacedSection extends Section {
  /** Offset of its first byte. */
  readonly at: number;
}

export function writeSections(sections: readonly Section[]): Uint8Array {
  const size = sections.reduce((sum, { stored }) => sum + HEADER_BYTES + stored.length, 0);
  const begin = MAGIC.length + 1;
  const file = new Uint8Array(begin + size + HEADER_BYTES + HASH_BYTES);
  file.set([...MAGIC, CONTAINER_VERSION]);
  let at = begin;
  for (const section of sections) at = putSection(file, at, section);
  putSection(file, at, { name: END, deflated: false, length: HASH_BYTES, stored: sha256(file.subarray(0, at)) });
  return file;
}

/** The sections of a file that is whole and undamaged; else what is wrong with it, and where. */
export function readSections(file: Uint8Array): Result<readonly PlacedSection[], BadInputError> {
  const start = readStart(file);
  if (!start.ok) return start;
  const sections: PlacedSection[] = [];
  for (let at = start.value; ;) {
    const read = readSection(file, at);
    if (!read.ok) return read;
    const section = read.value;
    if (section.name === END) return checkEnd(file, section, sections);
    sections.push(section);
    if (sections.length > SECTION_LIMIT) return refuse("the file has more parts than any notebook", at);
    at += HEADER_BYTES + section.stored.length;
  }
}

function readStart(file: Uint8Array): Result<number, BadInputError> {
  if (file.length === 0) return refuse("the file is empty: copy it again, or export it again");
  if (!looksLikeMeshbookFile(file)) {
    const asText = file.length > MAGIC.length && LETTERS.every((byte) => file.subarray(0, 8).includes(byte));
    if (asText)
      return refuse("the file was changed on its way, as if it were text: send it as an attachment or zipped", 0);
    return refuse("this is not a Meshbook file", 0);
  }
  const version = file[MAGIC.length];
  if (version === undefined) return cutOff(file.length);
  if (version > CONTAINER_VERSION) return refuse("the file was made by a newer Meshbook: update this one to read it");
  return version === CONTAINER_VERSION ? ok(MAGIC.length + 1) : damaged("its version", MAGIC.length);
}

function readSection(file: Uint8Array, at: number): Result<PlacedSection, BadInputError> {
  if (at + HEADER_BYTES > file.length) return cutOff(file.length);
  const header = new DataView(file.buffer, file.byteOffset + at, HEADER_BYTES);
  const nameBytes = file.subarray(at, at + 4);
  const name = String.fromCharCode(...nameBytes);
  const storedLength = header.getUint32(9);
  if (!/^[A-Za-z.]{4}$/.test(name)) return damaged("the head of a part", at);
  // A damaged length looks like a file that was cut off; which of the two cannot be told.
  if (storedLength > file.length - at - HEADER_BYTES) return cutOff(file.length, at);
  const stored = file.subarray(at + HEADER_BYTES, at + HEADER_BYTES + storedLength);
  if (header.getUint32(SUM_AT) !== sectionSum(file.subarray(at, at + SUM_AT), stored)) {
    return damaged(`part “${name}”, ${storedLength} bytes long`, at);
  }
  return ok({ name, deflated: (header.getUint8(4) & DEFLATED) !== 0, length: header.getUint32(5), stored, at });
}

function checkEnd(
  file: Uint8Array,
  end: PlacedSection,
  sections: readonly PlacedSection[],
): Result<readonly PlacedSection[], BadInputError> {
  const hash = sha256(file.subarray(0, end.at));
  const right = end.stored.length === HASH_BYTES && hash.every((byte, index) => end.stored[index] === byte);
  if (!right) return damaged("the hash of the whole file", end.at);
  const after = end.at + HEADER_BYTES + HASH_BYTES;
  return after === file.length ? ok(sections) : refuse("something was added to the end of the file", after);
}

function putSection(file: Uint8Array, at: number, { name, deflated, length, stored }: Section): number {
  const header = new DataView(file.buffer, file.byteOffset + at, HEADER_BYTES);
  for (let index = 0; index < 4; index++) header.setUint8(index, name.charCodeAt(index));
  header.setUint8(4, deflated ? DEFLATED : 0);
  header.setUint32(5, length);
  header.setUint32(9, stored.length);
  header.setUint32(SUM_AT, sectionSum(file.subarray(at, at + SUM_AT), stored));
  file.set(stored, at + HEADER_BYTES);
  return at + HEADER_BYTES + stored.length;
}

const sectionSum = (header: Uint8Array, stored: Uint8Array): number => crc32(stored, crc32(header));

const refuse = (message: string, at?: number): Result<never, BadInputError> =>
  err(new BadInputError(message, at === undefined ? undefined : `byte ${at}`));

const damaged = (what: string, at: number): Result<never, BadInputError> =>
  refuse(`the file is damaged here (${what}). Copy it again, or export it again`, at);

const cutOff = (length: number, at = length): Result<never, BadInputError> =>
  refuse(`the file ends after ${length} bytes, in the middle of a part: it was cut off. Copy it again`, at);

// The ustar form of one entry, so that any `tar` can look into a backup. Only plain files; names of at most 255 bytes.

import { BadInputError } from "#shared/base/errors.ts";

export const BLOCK = 512;
const NAME_BYTES = 100;
const PREFIX_BYTES = 155;
/** Where the fields stand: name, mode, size, time, checksum, type, magic, prefix. */
const AT = { mode: 100, size: 124, time: 136, sum: 148, type: 156, magic: 257, prefix: 345 } as const;
const MAGIC = "ustar\u000000";
const PLAIN_FILE = "0";

export interface EntryHeader {
  readonly name: string;
  readonly size: number;
}

/** Bytes that fill an entry up to whole blocks. */
export const paddingOf = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

/** @throws BadInputError for a name that does not fit */
export function writeHeader({ name, size }: EntryHeader, modified: number): Buffer {
  const header = Buffer.alloc(BLOCK);
  const [prefix, rest] = splitName(name);
  header.write(rest, 0);
  header.write("0000600\0", AT.mode);
  header.write(`${octal(size, 11)} `, AT.size);
  header.write(`${octal(Math.floor(modified / 1000), 11)} `, AT.time);
  header.write(PLAIN_FILE, AT.type);
  header.write(MAGIC, AT.magic);
  header.write(prefix, AT.prefix);
  header.write(`${octal(sumOf(header), 6)}\0 `, AT.sum);
  return header;
}

/** What a header says; undefined for the block of zeros that ends an archive. @throws BadInputError if it is damaged */
export function readHeader(header: Buffer): EntryHeader | undefined {
  if (header.every((byte) => byte === 0)) return undefined;
  const text = (at: number, length: number): string => {
    const field = header.subarray(at, at + length);
    const end = field.indexOf(0);
    return field.subarray(0, end < 0 ? length : end).toString("utf8");
  };
  const number = (at: number, length: number): number => Number.parseInt(text(at, length).trim(), 8);
  const size = number(AT.size, 12);
  const sound =
    number(AT.sum, 8) === sumOf(header) &&
    text(AT.magic, 5) === MAGIC.slice(0, 5) &&
    text(AT.type, 1) === PLAIN_FILE &&
    Number.isSafeInteger(size) &&
    size >= 0;
  if (!sound) throw new BadInputError("this is no backup, or it is damaged");
  const prefix = text(AT.prefix, PREFIX_BYTES);
  const name = text(0, NAME_BYTES);
  return { name: prefix === "" ? name : `${prefix}/${name}`, size };
}

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, "0");

/** The checksum of a header: the sum of its bytes, with spaces in the place of the checksum. */
function sumOf(header: Buffer): number {
  return header.reduce((sum, byte, at) => sum + (at >= AT.sum && at < AT.sum + 8 ? 32 : byte), 0);
}

function splitName(name: string): readonly [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= NAME_BYTES) return ["", name];
  for (let at = name.indexOf("/"); at >= 0; at = name.indexOf("/", at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (Buffer.byteLength(prefix) <= PREFIX_BYTES && Buffer.byteLength(rest) <= NAME_BYTES) return [prefix, rest];
  }
  throw new BadInputError("its name is too long for a backup", name);
}

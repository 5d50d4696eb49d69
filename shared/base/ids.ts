import { toBase64url } from "./base64url.ts";
import { randomBytes } from "./randomBytes.ts";

/** A string that names one kind of thing. This file is the only place that casts to it. */
export type Id<Brand extends string> = string & { readonly __brand: Brand };

/** A cell of a notebook: 1–64 characters of letters, digits, `-` and `_`, as nbformat 4.5 asks. */
export type CellId = Id<"CellId">;
/** One execution of one cell. A job that carries an execution to an agent has the same id. */
export type RunId = Id<"RunId">;
/** A room: the meeting place of one notebook, or of one class. 22 base64url characters, unguessable. */
export type RoomId = Id<"RoomId">;
/** A device: fingerprint of its public key, 22 base64url characters. Also its MQTT client id (limit of MQTT 3.1: 23). */
export type PeerId = Id<"PeerId">;
/** One kernel of one pool, in one process. */
export type KernelId = Id<"KernelId">;
/** One dated state in the history of a notebook. */
export type StateId = Id<"StateId">;
/** SHA-256 of some bytes, 64 hexadecimal characters. */
export type ContentHash = Id<"ContentHash">;

const RANDOM_ID_BYTES = 16;
const CELL_ID_BYTES = 12;
const BASE64URL_22 = /^[A-Za-z0-9_-]{22}$/;
// `__proto__` vanishes from every plain object, so digests would not see the cell that others show.
const CELL_ID = /^(?!__proto__$)[A-Za-z0-9_-]{1,64}$/;
const SHORT_ID = /^[A-Za-z0-9_-]{1,64}$/;
const HEX_64 = /^[0-9a-f]{64}$/;

function randomId(bytes: number): string {
  return toBase64url(randomBytes(bytes));
}

// reason (all casts below): a brand exists only for the compiler; the text was made or checked on the same line.
export const CellId = {
  create: (): CellId => randomId(CELL_ID_BYTES) as CellId,
  parse: (value: unknown): CellId | undefined => matching(CELL_ID, value) as CellId | undefined,
};
export const RunId = {
  create: (): RunId => randomId(RANDOM_ID_BYTES) as RunId,
  parse: (value: unknown): RunId | undefined => matching(SHORT_ID, value) as RunId | undefined,
};
export const RoomId = {
  create: (): RoomId => randomId(RANDOM_ID_BYTES) as RoomId,
  parse: (value: unknown): RoomId | undefined => matching(BASE64URL_22, value) as RoomId | undefined,
};
export const PeerId = {
  /** A name for one connection that stands for no device. */
  createPassing: (): PeerId => randomId(RANDOM_ID_BYTES) as PeerId,
  parse: (value: unknown): PeerId | undefined => matching(BASE64URL_22, value) as PeerId | undefined,
};
export const KernelId = {
  create: (): KernelId => randomId(CELL_ID_BYTES) as KernelId,
  parse: (value: unknown): KernelId | undefined => matching(SHORT_ID, value) as KernelId | undefined,
};
export const StateId = {
  create: (): StateId => randomId(CELL_ID_BYTES) as StateId,
  parse: (value: unknown): StateId | undefined => matching(SHORT_ID, value) as StateId | undefined,
};
export const ContentHash = {
  parse: (value: unknown): ContentHash | undefined => matching(HEX_64, value) as ContentHash | undefined,
};

function matching(pattern: RegExp, value: unknown): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}

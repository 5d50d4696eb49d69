// One sentence about who may do what in a room, signed by the device that says it: "this device is a viewer here". All
// statements of a room together make its membership (membership.ts). Statements are public to the class host.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { PeerId, type RoomId } from "../../base/ids.ts";
import { readInteger, readOneOf, readString } from "../../base/parse.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../deviceKey.ts";
import { ROLES, type Role } from "./role.ts";

/** Whom a statement is about: a device, or everybody who is not named by another. */
export type Subject = PeerId | typeof EVERYBODY;
export const EVERYBODY = "*";

/**
 * Orders statements about one subject. The founder's count in `founder`; a teacher's count in `teacher`, and stand on the
 * founder's newest about that subject: when the founder says something new, they lapse.
 */
export interface Version {
  readonly founder: number;
  readonly teacher: number;
}

export interface Statement {
  readonly room: RoomId;
  readonly subject: Subject;
  readonly role: Role;
  /** How the one who says it calls the subject; the device's own words may change, this stays. */
  readonly name: string;
  readonly version: Version;
  /** Public key of the one who says it. */
  readonly by: Uint8Array;
}

/** A statement as it travels and is stored. */
export interface SignedStatement {
  readonly statement: Statement;
  /** Fingerprint of `statement.by`. */
  readonly author: PeerId;
  readonly bytes: Uint8Array;
}

/** Bytes of one statement: twice what the longest name needs. */
export const STATEMENT_LIMIT = 1024;
/** Statements of one room: a class of 100, each member changed thirty times. */
export const STATEMENTS_LIMIT = 3_000;
export const MEMBER_NAME_LIMIT = 100;
export const VERSION_LIMIT = 1_000_000_000;

const PURPOSE = "meshbook/1/access";

export type Sign = (message: Uint8Array) => Promise<Uint8Array>;

export async function signStatement(statement: Statement, sign: Sign): Promise<SignedStatement> {
  const body = encodeBody(statement);
  const signature = await sign(body);
  const bytes = new Uint8Array(SIGNATURE_BYTES + body.length);
  bytes.set(signature);
  bytes.set(body, SIGNATURE_BYTES);
  return { statement, author: peerIdOf(statement.by), bytes };
}

/** Reads a statement about `room`; undefined if it is none. Its signature is not checked: see `signatureOf`. */
export function parseStatement(room: RoomId, bytes: Uint8Array): SignedStatement | undefined {
  if (bytes.length <= SIGNATURE_BYTES || bytes.length > STATEMENT_LIMIT) return undefined;
  try {
    const statement = parseBody(room, decoding.createDecoder(bytes.subarray(SIGNATURE_BYTES)));
    return statement && { statement, author: peerIdOf(statement.by), bytes };
  } catch {
    return undefined;
  }
}

/** What must be verified before a parsed statement is believed. */
export function signatureOf({ statement, bytes }: SignedStatement): {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
} {
  return {
    publicKey: statement.by,
    message: bytes.subarray(SIGNATURE_BYTES),
    signature: bytes.subarray(0, SIGNATURE_BYTES),
  };
}

function encodeBody({ room, subject, role, name, version, by }: Statement): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, subject, role, name.slice(0, MEMBER_NAME_LIMIT)]) {
    encoding.writeVarString(encoder, text);
  }
  encoding.writeVarUint(encoder, version.founder);
  encoding.writeVarUint(encoder, version.teacher);
  encoding.writeUint8Array(encoder, by);
  return encoding.toUint8Array(encoder);
}

function parseBody(room: RoomId, decoder: decoding.Decoder): Statement | undefined {
  const [purpose, about, subjectText, roleText, nameText] = Array.from({ length: 5 }, () =>
    decoding.readVarString(decoder),
  );
  if (purpose !== PURPOSE || about !== room) return undefined;
  const subject = subjectText === EVERYBODY ? EVERYBODY : PeerId.parse(subjectText);
  const role = readOneOf(roleText, ROLES);
  const name = readString(nameText, MEMBER_NAME_LIMIT);
  const founder = readInteger(decoding.readVarUint(decoder), 0, VERSION_LIMIT);
  const teacher = readInteger(decoding.readVarUint(decoder), 0, VERSION_LIMIT);
  const by = decoding.readUint8Array(decoder, PUBLIC_KEY_BYTES).slice();
  if (decoding.hasContent(decoder)) return undefined;
  if (subject === undefined || role === undefined || name === undefined) return undefined;
  if (founder === undefined || teacher === undefined) return undefined;
  return { room, subject, role, name, version: { founder, teacher }, by };
}

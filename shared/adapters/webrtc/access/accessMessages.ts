// What the ends of a link say about who they are and who may do what. y-webrtc has no types as high, and older versions of
// ours pass over what they do not know.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { STATEMENT_LIMIT, STATEMENTS_LIMIT } from "../../../rooms/access/statement.ts";
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../../../rooms/deviceKey.ts";

const HELLO = 83;
const STATEMENTS = 84;

export type AccessMessage =
  | { readonly type: "hello"; readonly publicKey: Uint8Array; readonly signature: Uint8Array }
  | { readonly type: "statements"; readonly statements: readonly Uint8Array[] };

type Bytes = Uint8Array<ArrayBuffer>;

export const isAccessMessage = (message: Uint8Array): boolean => message[0] === HELLO || message[0] === STATEMENTS;

/** Reads a message of these types. @throws Error if it is malformed */
export function readAccessMessage(message: Uint8Array): AccessMessage {
  const decoder = decoding.createDecoder(message);
  if (decoding.readVarUint(decoder) === HELLO) {
    const publicKey = decoding.readUint8Array(decoder, PUBLIC_KEY_BYTES).slice();
    const signature = decoding.readUint8Array(decoder, SIGNATURE_BYTES).slice();
    return { type: "hello", publicKey, signature };
  }
  const count = decoding.readVarUint(decoder);
  if (count > STATEMENTS_LIMIT) throw new Error("a list of statements is too long");
  return { type: "statements", statements: Array.from({ length: count }, () => readStatement(decoder)) };
}

export function helloMessage(publicKey: Uint8Array, signature: Uint8Array): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, HELLO);
  encoding.writeUint8Array(encoder, publicKey);
  encoding.writeUint8Array(encoder, signature);
  return encoding.toUint8Array(encoder);
}

export function statementsMessage(statements: readonly Uint8Array[]): Bytes {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, STATEMENTS);
  encoding.writeVarUint(encoder, statements.length);
  for (const statement of statements) encoding.writeVarUint8Array(encoder, statement);
  return encoding.toUint8Array(encoder);
}

function readStatement(decoder: decoding.Decoder): Uint8Array {
  const bytes = decoding.readVarUint8Array(decoder);
  if (bytes.length > STATEMENT_LIMIT) throw new Error("a statement is too long");
  return bytes.slice();
}

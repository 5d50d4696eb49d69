// A record of outputs in a document is only claimed: any editor could write another's name on it. Where it matters who
// made an output – whether its scripts may run for a reader – the device that ran the cell signs what came of it.

import * as encoding from "lib0/encoding";
import { fromBase64url, toBase64url } from "../base/base64url.ts";
import type { CellId, ContentHash, PeerId, RoomId, RunId } from "../base/ids.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./deviceKey.ts";

const PURPOSE = "meshbook/1/outputs";

export interface OutputClaim {
  readonly room: RoomId;
  readonly cell: CellId;
  readonly run: RunId;
  /** As people read it. */
  readonly name: string;
  readonly outputs: readonly ContentHash[];
}

/** Base64url, as it stands in the document. */
export interface WrittenProof {
  readonly key: string;
  readonly signature: string;
}

/** What the device signs. */
export function outputMessage({ room, cell, run, name, outputs }: OutputClaim): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, cell, run, name]) encoding.writeVarString(encoder, text);
  encoding.writeVarUint(encoder, outputs.length);
  for (const hash of outputs) encoding.writeVarString(encoder, hash);
  return encoding.toUint8Array(encoder);
}

export const writeOutputProof = (publicKey: Uint8Array, signature: Uint8Array): WrittenProof => ({
  key: toBase64url(publicKey),
  signature: toBase64url(signature),
});

/** What must verify for `by` to have made the outputs; undefined if the proof is not one of this device. */
export const signedOutputs = (by: PeerId, claim: OutputClaim, proof: WrittenProof): SignedClaim | undefined =>
  signedBy(by, outputMessage(claim), proof);

/** A message with the signature that must verify. */
export interface SignedClaim {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What must verify for `by` to have signed `message`; undefined if the proof is not one of this device. */
export function signedBy(by: PeerId, message: Uint8Array, proof: WrittenProof): SignedClaim | undefined {
  const publicKey = fromBase64url(proof.key);
  const signature = fromBase64url(proof.signature);
  if (publicKey?.length !== PUBLIC_KEY_BYTES || signature?.length !== SIGNATURE_BYTES) return undefined;
  return peerIdOf(publicKey) === by ? { publicKey, message, signature } : undefined;
}

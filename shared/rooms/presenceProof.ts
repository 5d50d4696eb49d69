// What a peer shows of itself is only claimed, and passes through many hands. So each device signs, for each page and name:
// "in this room, under this Yjs client, this device shows itself by this name, and it wrote under those clients before".
// Whoever sees it can check it, whichever way it came. What else a peer shows (its cursor, what it runs) is not signed and
// stays a claim.

import * as encoding from "lib0/encoding";
import { fromBase64url, toBase64url } from "../base/base64url.ts";
import type { PeerId, RoomId } from "../base/ids.ts";
import { isRecord, readInteger, readString, type JsonObject } from "../base/parse.ts";
import { seconds, unixMs, type Milliseconds, type UnixMs } from "../base/units.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./deviceKey.ts";

/** Field of the presence that holds it. */
export const PROOF_FIELD = "proof";
/**
 * A proof counts for so long: nobody can show a peer with it that left days ago. Long, because clocks of school computers
 * are wrong by a day.
 */
export const PROOF_LIFE: Milliseconds = seconds(48 * 3600);
/** Who stays signs again after so long. */
export const PROOF_RENEWAL: Milliseconds = seconds(12 * 3600);

const PURPOSE = "meshbook/1/presence";
/** UTF-16 units. A key takes 43, a signature 86. */
const KEY_TEXT_LIMIT = 64;
const SIGNATURE_TEXT_LIMIT = 128;

export interface PresenceClaim {
  readonly room: RoomId;
  /** Yjs client; one page from opening to closing. */
  readonly client: number;
  /** As `cleanName` leaves it: what is signed is what people read. */
  readonly name: string;
  /** Earlier clients of the device. That they were its own is its word alone. */
  readonly wrote: readonly number[];
}

/** As it travels: short texts, of which nothing has been looked at. */
export interface PresenceProof {
  readonly key: string;
  readonly at: UnixMs;
  readonly signature: string;
}

/** What is to be verified. */
export interface SignedPresence {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/** What the device signs. */
export function proofMessage({ room, client, name, wrote }: PresenceClaim, at: UnixMs): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, name]) encoding.writeVarString(encoder, text);
  for (const number of [client, at, wrote.length, ...wrote]) encoding.writeVarUint(encoder, number);
  return encoding.toUint8Array(encoder);
}

export function writeProof(publicKey: Uint8Array, at: UnixMs, signature: Uint8Array): JsonObject {
  return { key: toBase64url(publicKey), at, signature: toBase64url(signature) };
}

/** The proof in an awareness state, if it shows one. Cheap: states come with every move of a caret. */
export function readProof(state: unknown): PresenceProof | undefined {
  const value = isRecord(state) ? state[PROOF_FIELD] : undefined;
  if (!isRecord(value)) return undefined;
  const key = readString(value["key"], KEY_TEXT_LIMIT);
  const at = readInteger(value["at"], 0, Number.MAX_SAFE_INTEGER);
  const signature = readString(value["signature"], SIGNATURE_TEXT_LIMIT);
  return key === undefined || at === undefined || signature === undefined
    ? undefined
    : { key, at: unixMs(at), signature };
}

export const isFresh = ({ at }: PresenceProof, now: UnixMs): boolean => Math.abs(now - at) <= PROOF_LIFE;

/** The same text for the same claim with the same proof, so that each is verified once. At most a few hundred bytes. */
export function proofText(peer: PeerId, { name, wrote }: PresenceClaim, { key, at, signature }: PresenceProof): string {
  return JSON.stringify([peer, name, wrote, key, at, signature]);
}

/** What must verify for `claim` to be proven; undefined if the proof is not one of the device `peer`. */
export function signedPresence(peer: PeerId, claim: PresenceClaim, proof: PresenceProof): SignedPresence | undefined {
  const publicKey = fromBase64url(proof.key);
  const signature = fromBase64url(proof.signature);
  if (publicKey?.length !== PUBLIC_KEY_BYTES || signature?.length !== SIGNATURE_BYTES) return undefined;
  return peerIdOf(publicKey) === peer ? { publicKey, message: proofMessage(claim, proof.at), signature } : undefined;
}

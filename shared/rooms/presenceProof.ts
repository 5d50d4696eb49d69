// What a peer shows of itself is only claimed, and passes through many hands. So each device signs once, for each page and
// name: "under this Yjs client this device shows itself in this room, by this name, and under those it wrote before". Whoever sees it can check it, whichever
// way it came. What else a peer shows (its cursor, what it runs) is not signed and stays a claim.

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
const KEY_TEXT_LIMIT = 64;
const SIGNATURE_TEXT_LIMIT = 128;

export interface PresenceClaim {
  readonly room: RoomId;
  /** Yjs client; one page from opening to closing. */
  readonly client: number;
  /** As it is shown, before anything is cleaned. */
  readonly name: string;
  /** Earlier clients of the device. That they were its own is its word alone. */
  readonly wrote: readonly number[];
}

export interface PresenceProof {
  readonly publicKey: Uint8Array;
  readonly at: UnixMs;
  readonly signature: Uint8Array;
}

/** What the device signs. */
export function proofMessage({ room, client, name, wrote }: PresenceClaim, at: UnixMs): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, room, name]) encoding.writeVarString(encoder, text);
  for (const number of [client, at, wrote.length, ...wrote]) encoding.writeVarUint(encoder, number);
  return encoding.toUint8Array(encoder);
}

export function writeProof({ publicKey, at, signature }: PresenceProof): JsonObject {
  return { key: toBase64url(publicKey), at, signature: toBase64url(signature) };
}

/** Reads what a peer shows under `PROOF_FIELD`; undefined if it is no proof of the device `peer`. Not yet verified. */
export function readProof(value: unknown, peer: PeerId): PresenceProof | undefined {
  if (!isRecord(value)) return undefined;
  const publicKey = fromBase64url(readString(value["key"], KEY_TEXT_LIMIT) ?? "!");
  const signature = fromBase64url(readString(value["signature"], SIGNATURE_TEXT_LIMIT) ?? "!");
  const at = readInteger(value["at"], 0, Number.MAX_SAFE_INTEGER);
  if (publicKey?.length !== PUBLIC_KEY_BYTES || signature?.length !== SIGNATURE_BYTES || at === undefined)
    return undefined;
  return peerIdOf(publicKey) === peer ? { publicKey, signature, at: unixMs(at) } : undefined;
}

export const isFresh = ({ at }: PresenceProof, now: UnixMs): boolean => Math.abs(now - at) <= PROOF_LIFE;

// What a device says at a class host's own broker to be let in: "I am this device, I know the secret of this room, and I
// say so now". Signed twice: with the device's key, and with the key that everybody in the room derives from its secret. So
// the broker needs to know public keys alone, and a token that is overheard gives away neither.

import { sha256 } from "@noble/hashes/sha2.js";
import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import { fromBase64url, toBase64url } from "../base/base64url.ts";
import { PeerId } from "../base/ids.ts";
import { seconds, unixMs, type Milliseconds, type UnixMs } from "../base/units.ts";
import type { BrokerLogin } from "./brokerAccess.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "./deviceKey.ts";
import type { RoomKeys } from "./roomKeys.ts";
import { openSeed } from "./seedKey.ts";

/**
 * A token counts for so long before and after the time in it. That time is the host's, asked just before: the device's
 * own clock may be wrong by days, and is only used where the host does not answer.
 */
export const TOKEN_LIFE: Milliseconds = seconds(120);
/** Characters of a token, rounded up: about 280 bytes in base64url. */
export const TOKEN_LIMIT = 512;
export const SALT_BYTES = 16;

const TOKEN_USER = "meshbook";
const VERSION = 1;
const PURPOSE = "meshbook/1/mqtt-login";
const PASSING = new TextEncoder().encode("meshbook/1/passing");
const TAG = /^[A-Za-z0-9_-]{22}$/;
const DEVICE_ITSELF = new Uint8Array(0);

/** A device in a room, as it wants to be known at a broker. */
export interface BrokerMember {
  readonly keys: Pick<RoomKeys, "topicTag" | "brokerSeed">;
  /** The device's key (ports/Signer.ts). */
  readonly signer: { readonly publicKey: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array> };
  /** Set for a connection beside the device's own, under `passingId`. `SALT_BYTES`. */
  readonly salt?: Uint8Array;
}

export interface BrokerToken {
  /** The realm of topics it opens. */
  readonly tag: string;
  readonly client: PeerId;
  readonly at: UnixMs;
  readonly deviceKey: Uint8Array;
  /** Public half of the key that the room's members share. */
  readonly memberKey: Uint8Array;
  /** What was signed, by both. */
  readonly message: Uint8Array;
  readonly deviceSignature: Uint8Array;
  readonly memberSignature: Uint8Array;
}

/**
 * A name for one connection of a device beside its own, which a broker knows only once. Bound to the device's key, so that
 * no member can take the name of another device.
 */
export function passingId(publicKey: Uint8Array, salt: Uint8Array): PeerId {
  const hash = sha256.create().update(PASSING).update(salt).update(publicKey).digest();
  const id = PeerId.parse(toBase64url(hash).slice(0, 22));
  if (id === undefined) throw new Error("a hash was no peer id");
  return id;
}

export const createSalt = (): Uint8Array => crypto.getRandomValues(new Uint8Array(SALT_BYTES));

/** The public key by which a broker knows the members of a room. */
export async function memberKeyOf({ brokerSeed }: Pick<RoomKeys, "brokerSeed">): Promise<Uint8Array> {
  return (await openSeed(brokerSeed)).publicKey;
}

/** A login for one connection, which begins soon after `at`, by the host's clock. It is taken once. */
export async function brokerLogin(
  { keys, signer, salt = DEVICE_ITSELF }: BrokerMember,
  at: UnixMs,
): Promise<BrokerLogin> {
  const member = await openSeed(keys.brokerSeed);
  // Two connections of one moment are two tokens.
  const nonce = createSalt();
  const message = writeMessage({
    tag: keys.topicTag,
    at,
    salt,
    nonce,
    deviceKey: signer.publicKey,
    memberKey: member.publicKey,
  });
  const encoder = encoding.createEncoder();
  encoding.writeUint8(encoder, VERSION);
  encoding.writeVarUint8Array(encoder, message);
  encoding.writeUint8Array(encoder, await member.sign(message));
  encoding.writeUint8Array(encoder, await signer.sign(message));
  return { username: TOKEN_USER, password: toBase64url(encoding.toUint8Array(encoder)) };
}

/** Undefined for what is no token. Signatures and time are for the caller to check. */
export function parseBrokerToken(text: string): BrokerToken | undefined {
  const bytes = text.length <= TOKEN_LIMIT ? fromBase64url(text) : undefined;
  if (bytes === undefined) return undefined;
  try {
    const decoder = decoding.createDecoder(bytes);
    if (decoding.readUint8(decoder) !== VERSION) return undefined;
    const message = decoding.readVarUint8Array(decoder);
    const memberSignature = decoding.readUint8Array(decoder, SIGNATURE_BYTES);
    const deviceSignature = decoding.readUint8Array(decoder, SIGNATURE_BYTES);
    const said = decoding.hasContent(decoder) ? undefined : readMessage(message);
    return said && { ...said, message, memberSignature, deviceSignature };
  } catch {
    // Shorter than it says.
    return undefined;
  }
}

interface Said {
  readonly tag: string;
  readonly at: number;
  readonly salt: Uint8Array;
  readonly nonce: Uint8Array;
  readonly deviceKey: Uint8Array;
  readonly memberKey: Uint8Array;
}

function writeMessage({ tag, at, salt, nonce, deviceKey, memberKey }: Said): Uint8Array {
  const encoder = encoding.createEncoder();
  for (const text of [PURPOSE, tag]) encoding.writeVarString(encoder, text);
  encoding.writeVarUint(encoder, at);
  encoding.writeVarUint8Array(encoder, salt);
  for (const bytes of [nonce, deviceKey, memberKey]) encoding.writeUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}

function readMessage(
  message: Uint8Array,
): Pick<BrokerToken, "tag" | "client" | "at" | "deviceKey" | "memberKey"> | undefined {
  const decoder = decoding.createDecoder(message);
  const purpose = decoding.readVarString(decoder);
  const tag = decoding.readVarString(decoder);
  const at = decoding.readVarUint(decoder);
  const salt = decoding.readVarUint8Array(decoder);
  decoding.readUint8Array(decoder, SALT_BYTES);
  const deviceKey = decoding.readUint8Array(decoder, PUBLIC_KEY_BYTES).slice();
  const memberKey = decoding.readUint8Array(decoder, PUBLIC_KEY_BYTES).slice();
  if (decoding.hasContent(decoder) || purpose !== PURPOSE || !TAG.test(tag)) return undefined;
  if (salt.length !== 0 && salt.length !== SALT_BYTES) return undefined;
  const client = salt.length === 0 ? peerIdOf(deviceKey) : passingId(deviceKey, salt);
  return { tag, client, at: unixMs(at), deviceKey, memberKey };
}

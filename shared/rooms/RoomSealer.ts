// What members of a room give a blind host to keep, as the host sees it:
//   sealed = 0x01 ‖ key's name (8) ‖ nonce (24) ‖ XChaCha20-Poly1305(key, nonce, aad = purpose, room, kind, key's name)
// The key's name tells keys of one room apart, and nothing of the key. What was sealed for one room, one kind of message
// or one key opens as nothing else. Nothing binds a message to its place: a host may bring one again, or late, and the
// document is the same (updates merge in any order, and twice as once). It may also leave one out; then the members'
// digests differ, and they say so.

import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { ContentHash } from "../base/ids.ts";
import type { RoomRef } from "./roomLink.ts";
import { seal, SEAL_OVERHEAD, unseal } from "./seal.ts";

/** What is sealed. A blob is one of the files beside the document. */
export type SealedKind = "update" | "presence" | "blob";

export const KEY_NAME_BYTES = 8;
/** Bytes by which a message is recognised: its nonce, which no other has. */
export const MARK_BYTES = 24;
const VERSION = 1;
const HEAD_BYTES = 1 + KEY_NAME_BYTES;
const KEY_BYTES = 32;

/** Bytes that sealing adds. */
export const ROOM_SEAL_OVERHEAD = HEAD_BYTES + SEAL_OVERHEAD;

export class RoomSealer {
  /** Of the key, for those who do not have it. */
  readonly keyName: Uint8Array;
  readonly #key: Uint8Array;
  readonly #blobNames: Uint8Array;
  readonly #contexts: Readonly<Record<SealedKind, Uint8Array>>;

  constructor({ id, secret }: RoomRef) {
    const salt = new TextEncoder().encode(id);
    const derive = (purpose: string, length: number): Uint8Array =>
      hkdf(sha256, secret, salt, new TextEncoder().encode(`meshbook/1/${purpose}`), length);
    this.keyName = derive("hub-key-name", KEY_NAME_BYTES);
    this.#key = derive("hub-key", KEY_BYTES);
    this.#blobNames = derive("hub-blob-names", KEY_BYTES);
    const context = (kind: SealedKind): Uint8Array =>
      new TextEncoder().encode(`meshbook/1/hub\n${id}\n${kind}\n${bytesToHex(this.keyName)}`);
    this.#contexts = { update: context("update"), presence: context("presence"), blob: context("blob") };
  }

  seal(kind: SealedKind, plain: Uint8Array): Uint8Array {
    const sealed = seal(this.#key, this.#contexts[kind], plain);
    const message = new Uint8Array(HEAD_BYTES + sealed.length);
    message[0] = VERSION;
    message.set(this.keyName, 1);
    message.set(sealed, HEAD_BYTES);
    return message;
  }

  /** The plain bytes, or undefined if nobody with this key sealed this as that kind for this room. */
  open(kind: SealedKind, message: Uint8Array): Uint8Array | undefined {
    if (!isSealed(message)) return undefined;
    return unseal(this.#key, this.#contexts[kind], message.subarray(HEAD_BYTES));
  }

  /** Under which name a blind host keeps a blob: to whoever has no key, as good as random. */
  blobName(hash: ContentHash): ContentHash {
    const name = ContentHash.parse(bytesToHex(hmac(sha256, this.#blobNames, new TextEncoder().encode(hash))));
    if (name === undefined) throw new Error("a keyed hash was no name");
    return name;
  }
}

/** Whether this has the form of something sealed; whether it opens only a member can say. */
export const isSealed = (message: Uint8Array): boolean =>
  message.length >= ROOM_SEAL_OVERHEAD && message[0] === VERSION;

/** What tells this message from all others. It must have the form of something sealed. */
export const markOf = (message: Uint8Array): Uint8Array => message.subarray(HEAD_BYTES, HEAD_BYTES + MARK_BYTES);

/** Name of the key it is sealed with, as it claims. */
export const keyNameOf = (message: Uint8Array): Uint8Array => message.subarray(1, HEAD_BYTES);

// The wrapping of every payload: sealed with the class's content key and bound to its topic, so that it opens nowhere
// else and no outsider reads it; signed by the sending device, so that members cannot speak for one another; numbered,
// and bound to one life of both sides, so that nothing is accepted twice.

import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "../rooms/deviceKey.ts";
import { seal, SEAL_OVERHEAD, unseal, type SealCipher } from "../rooms/seal.ts";
import type { PeerId } from "../base/ids.ts";
import { readBytes, readInteger } from "../base/parse.ts";
import { err, ok, type Result } from "../base/result.ts";
import type { Signer } from "../ports/Signer.ts";
import { decodeCborInPlace, encodeCbor } from "./jobCodec.ts";
import { JOB_PROTOCOL, PAYLOAD_LIMIT } from "./jobMessage.ts";

/** Bytes an envelope adds at most to its body. */
export const ENVELOPE_OVERHEAD = 1 + SEAL_OVERHEAD + PUBLIC_KEY_BYTES + SIGNATURE_BYTES + 48;

/** Signatures of envelopes are never valid for anything else this key signs. */
const PURPOSE = "meshbook/1/envelope";
const FIELDS = 6;

export interface EnvelopeHeader {
  /** The sender's life: a number that rises with each start of the device's program. */
  readonly incarnation: number;
  /** The receiver's life this is meant for; 0 when it is for everybody. */
  readonly to: number;
  /** Counts the envelopes of this life under this topic, from 0. */
  readonly seq: number;
}

export interface OpenedEnvelope extends EnvelopeHeader {
  /** Fingerprint of `publicKey`. Proven only once `verifyEnvelope` said true. */
  readonly from: PeerId;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
  readonly body: Uint8Array;
}

/** Why a payload was refused. */
export type EnvelopeFault = "too-large" | "version" | "sealed" | "malformed";

/** Who seals: the class's content key, this device's signer, and this host's own cipher where it has one. */
export interface Sealer {
  readonly key: Uint8Array;
  readonly signer: Signer;
  readonly cipher?: SealCipher | undefined;
}

/** A payload for `topic`. */
export async function sealEnvelope(
  sender: Sealer,
  topic: string,
  header: EnvelopeHeader,
  body: Uint8Array,
): Promise<Uint8Array> {
  const signature = await sender.signer.sign(signedBytes(topic, header, body));
  const plain = [sender.signer.publicKey, header.incarnation, header.to, header.seq, body, signature];
  const sealed = seal(sender.key, contextOf(topic), encodeCbor(plain), sender.cipher);
  const payload = new Uint8Array(1 + sealed.length);
  payload[0] = JOB_PROTOCOL;
  payload.set(sealed, 1);
  return payload;
}

/** Opens a payload that came under `topic`. Its sender is not proven yet: see `verifyEnvelope`. */
export function openEnvelope(
  key: Uint8Array,
  topic: string,
  payload: Uint8Array,
  cipher?: SealCipher,
): Result<OpenedEnvelope, EnvelopeFault> {
  if (payload.byteLength > PAYLOAD_LIMIT) return err("too-large");
  if (payload[0] !== JOB_PROTOCOL) return err("version");
  const plain = unseal(key, contextOf(topic), payload.subarray(1), cipher);
  if (plain === undefined) return err("sealed");
  const fields = decodeCborInPlace(plain);
  const opened = Array.isArray(fields) && fields.length === FIELDS ? readFields(fields) : undefined;
  return opened === undefined ? err("malformed") : ok(opened);
}

/** True if the device whose fingerprint is `from` signed this envelope for this topic. */
export function verifyEnvelope(signer: Signer, topic: string, opened: OpenedEnvelope): Promise<boolean> {
  return signer.verify(opened.publicKey, signedBytes(topic, opened, opened.body), opened.signature);
}

function readFields(fields: readonly unknown[]): OpenedEnvelope | undefined {
  const publicKey = readBytes(fields[0], PUBLIC_KEY_BYTES);
  const incarnation = readInteger(fields[1], 1, Number.MAX_SAFE_INTEGER);
  const to = readInteger(fields[2], 0, Number.MAX_SAFE_INTEGER);
  const seq = readInteger(fields[3], 0, Number.MAX_SAFE_INTEGER);
  const body = readBytes(fields[4], PAYLOAD_LIMIT);
  const signature = readBytes(fields[5], SIGNATURE_BYTES);
  if (publicKey?.length !== PUBLIC_KEY_BYTES || signature?.length !== SIGNATURE_BYTES) return undefined;
  if (incarnation === undefined || to === undefined || seq === undefined || body === undefined) return undefined;
  return { from: peerIdOf(publicKey), publicKey, incarnation, to, seq, body, signature };
}

function signedBytes(topic: string, header: EnvelopeHeader, body: Uint8Array): Uint8Array {
  return encodeCbor([PURPOSE, topic, header.incarnation, header.to, header.seq, body]);
}

/** What the seal is bound to besides its content. */
function contextOf(topic: string): Uint8Array {
  const name = new TextEncoder().encode(topic);
  const context = new Uint8Array(1 + name.length);
  context[0] = JOB_PROTOCOL;
  context.set(name, 1);
  return context;
}

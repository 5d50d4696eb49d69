import { toBase64url } from "#shared/base/base64url.ts";
import type { PeerId } from "#shared/base/ids.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "#shared/rooms/deviceKey.ts";
import { ED25519, loadEd25519, type DeviceKey } from "./deviceKey.ts";

/** Public keys of peers, imported; those of a class, and no more than that. */
const IMPORTED_KEYS = 256;

/**
 * Signs with this device's key in either form. Signatures are plain Ed25519 (RFC 8032), so those of one form verify with
 * the other, and with every other implementation.
 */
export class WebSigner implements Signer {
  readonly peer: PeerId;
  readonly publicKey: Uint8Array;
  readonly #key: DeviceKey;
  readonly #subtle: SubtleCrypto | undefined;
  readonly #imported = new Map<string, Promise<CryptoKey>>();

  constructor(key: DeviceKey, subtle: SubtleCrypto | undefined) {
    this.#key = key;
    this.#subtle = subtle;
    this.publicKey = key.publicKey;
    this.peer = peerIdOf(key.publicKey);
  }

  async sign(given: Uint8Array): Promise<Uint8Array> {
    // The caller may use its buffer again while we work.
    const message = given.slice();
    if (this.#key.form === "readable") return (await loadEd25519()).sign(message, this.#key.secretKey);
    if (this.#subtle === undefined) throw new Error("a guarded key cannot be used without WebCrypto");
    return new Uint8Array(await this.#subtle.sign(ED25519, this.#key.privateKey, message));
  }

  async verify(publicKey: Uint8Array, givenMessage: Uint8Array, givenSignature: Uint8Array): Promise<boolean> {
    const [message, signature] = [givenMessage.slice(), givenSignature.slice()];
    if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES) return false;
    const subtle = this.#key.form === "guarded" ? this.#subtle : undefined;
    try {
      // The strict rules of RFC 8032 on both ways, so that two peers never disagree about one signature.
      if (subtle === undefined) return (await loadEd25519()).verify(signature, message, publicKey, { zip215: false });
      const key = await this.#import(subtle, publicKey);
      return await subtle.verify(ED25519, key, signature, message);
    } catch {
      // No point on the curve, or not a signature at all.
      return false;
    }
  }

  #import(subtle: SubtleCrypto, publicKey: Uint8Array): Promise<CryptoKey> {
    const name = toBase64url(publicKey);
    const known = this.#imported.get(name);
    if (known) return known;
    const imported = subtle.importKey("raw", publicKey.slice(), ED25519, false, ["verify"]);
    if (this.#imported.size >= IMPORTED_KEYS) this.#imported.clear();
    this.#imported.set(name, imported);
    return imported;
  }
}

import type { PeerId } from "../base/ids.ts";

/** This device's Ed25519 key. The private half never leaves the adapter. */
export interface Signer {
  readonly peer: PeerId;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
  /** True if `signature` over `message` was made with the private half of `publicKey`. False, never an error, else. */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean>;
}

// The acceptance suite of ports/Signer.ts: for (const { name, run } of signerCases(open)) it(name, run);

import { ed25519 } from "@noble/curves/ed25519.js";
import { PeerId } from "#shared/base/ids.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import { peerIdOf, PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from "#shared/rooms/deviceKey.ts";
import { check, type ContractCase } from "./contractCase.ts";

const message = new TextEncoder().encode("a job for agent 7");
const changed = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** `open` gives a signer with a key of its own each time. */
export function signerCases(open: () => Promise<Signer>): readonly ContractCase[] {
  const cases: Readonly<Record<string, () => Promise<void>>> = {
    "is the peer that its public key's fingerprint names": async () => {
      const { peer, publicKey } = await open();
      check(publicKey.length === PUBLIC_KEY_BYTES, `a public key has ${PUBLIC_KEY_BYTES} bytes`);
      check(peer === peerIdOf(publicKey) && PeerId.parse(peer) === peer, "the peer id is the fingerprint");
    },
    "verifies what it signed": async () => {
      const signer = await open();
      for (const text of [message, new Uint8Array(), new Uint8Array(100_000).fill(3)]) {
        const signature = await signer.sign(text);
        check(signature.length === SIGNATURE_BYTES, `a signature has ${SIGNATURE_BYTES} bytes`);
        check(await signer.verify(signer.publicKey, text, signature), "its own signature is true");
      }
    },
    "verifies what others signed, and only that": async () => {
      const [signer, other] = [await open(), await open()];
      check(signer.peer !== other.peer, "two signers are two peers");
      const signature = await other.sign(message);
      check(await signer.verify(other.publicKey, message, signature), "the other's signature is true");
      check(!(await signer.verify(signer.publicKey, message, signature)), "it is not one of ours");
      check(!(await signer.verify(other.publicKey, changed(message, 3), signature)), "a changed message is refused");
      for (const at of [0, 31, 32, 63]) {
        check(!(await signer.verify(other.publicKey, message, changed(signature, at))), `bit in byte ${at} is refused`);
      }
    },
    "understands another implementation, and is understood by it": async () => {
      const signer = await open();
      const { secretKey, publicKey } = ed25519.keygen();
      const theirs = ed25519.sign(message, secretKey);
      check(await signer.verify(publicKey, message, theirs), "their signature is true for us");
      check(ed25519.verify(await signer.sign(message), message, signer.publicKey), "ours is true for them");
    },
    "says false, and never throws, for what is no key or no signature": async () => {
      const signer = await open();
      const signature = await signer.sign(message);
      const keys = [new Uint8Array(), new Uint8Array(31), new Uint8Array(33), new Uint8Array(32).fill(255)];
      for (const key of keys) check(!(await signer.verify(key, message, signature)), `a key of ${key.length} bytes`);
      for (const bad of [new Uint8Array(), new Uint8Array(63), new Uint8Array(65), new Uint8Array(64).fill(255)]) {
        check(!(await signer.verify(signer.publicKey, message, bad)), `a signature of ${bad.length} bytes`);
      }
    },
    "signs the bytes as they were when it was asked": async () => {
      const signer = await open();
      const buffer = message.slice();
      const signing = signer.sign(buffer);
      buffer.fill(0);
      check(await signer.verify(signer.publicKey, message, await signing), "a later change changes nothing");
    },
  };
  return Object.entries(cases).map(([name, run]) => ({ name, run }));
}

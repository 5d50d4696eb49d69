import { ed25519 } from "@noble/curves/ed25519.js";
import { describe, expect, it } from "vitest";
import { peerIdOf } from "#shared/rooms/deviceKey.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";

const message = new TextEncoder().encode("one message");

describe("NodeSigner", () => {
  it("is the peer whose key it has, also after it was stored", async () => {
    const signer = NodeSigner.create();
    const again = NodeSigner.fromPem(signer.toPem());
    expect(signer.peer).toBe(peerIdOf(signer.publicKey));
    expect(again.peer).toBe(signer.peer);
    expect(await signer.verify(again.publicKey, message, await again.sign(message))).toBe(true);
  });

  it("signs what a page verifies, and verifies what a page signs", async () => {
    const signer = NodeSigner.create();
    expect(ed25519.verify(await signer.sign(message), message, signer.publicKey)).toBe(true);
    const { secretKey, publicKey } = ed25519.keygen();
    expect(await signer.verify(publicKey, message, ed25519.sign(message, secretKey))).toBe(true);
  });

  it("says no to another message, key or signature, and to bytes that are none of these", async () => {
    const signer = NodeSigner.create();
    const signature = await signer.sign(message);
    const other = NodeSigner.create().publicKey;
    expect(await signer.verify(signer.publicKey, message.slice(1), signature)).toBe(false);
    expect(await signer.verify(other, message, signature)).toBe(false);
    expect(await signer.verify(signer.publicKey, message, new Uint8Array(64))).toBe(false);
    expect(await signer.verify(new Uint8Array(32).fill(255), message, signature)).toBe(false);
    expect(await signer.verify(new Uint8Array(3), message, new Uint8Array(2))).toBe(false);
  });

  it("refuses a key of another kind", () => {
    expect(() => NodeSigner.fromPem("no key")).toThrow();
  });
});

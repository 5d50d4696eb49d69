import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openSeed } from "#shared/rooms/seedKey.ts";

const seeds = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** One that has no Ed25519, as browsers had it until 2025. */
const without = { ...crypto.subtle, importKey: () => Promise.reject(new Error("NotSupportedError")) };

describe("a key from a seed", () => {
  it("is the same, and signs the same, with WebCrypto and without", async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.uint8Array({ maxLength: 200 }), async (seed, message) => {
        const expected = { publicKey: ed25519.getPublicKey(seed), signature: ed25519.sign(message, seed) };
        // reason: what a page without WebCrypto has instead; the parameter's default is the platform's own.
        for (const key of [await openSeed(seed), await openSeed(seed, without as never)]) {
          expect({ publicKey: key.publicKey, signature: await key.sign(message) }).toEqual(expected);
        }
      }),
      { numRuns: 20 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { portableCipher, seal, unseal } from "#shared/rooms/seal.ts";
import { nodeCipher } from "../../../../workers/agent/nodeCipher.ts";

const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length });
const message = fc.record({
  key: bytes(32),
  nonce: bytes(24),
  context: fc.uint8Array({ maxLength: 80 }),
  plain: fc.uint8Array({ maxLength: 2_000 }),
});

describe("Node's own cipher", () => {
  it("is in use where the tests run", () => {
    expect(nodeCipher).not.toBe(portableCipher);
  });

  it("gives the bytes that the portable one gives, and each reads the other's", () => {
    fc.assert(
      fc.property(message, ({ key, nonce, context, plain }) => {
        const sealed = nodeCipher.encrypt(key, nonce, context, plain);
        expect(sealed).toEqual(portableCipher.encrypt(key, nonce, context, plain));
        expect(nodeCipher.decrypt(key, nonce, context, sealed)).toEqual(plain);
        expect(portableCipher.decrypt(key, nonce, context, sealed)).toEqual(plain);
      }),
    );
  });

  it("refuses another key, another context, and any byte that was changed", () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), ({ key, context, plain }, at, flip) => {
        const sealed = seal(key, context, plain, nodeCipher);
        expect(unseal(key, context, sealed, nodeCipher)).toEqual(plain);
        const changed = sealed.slice();
        changed[at % changed.length]! ^= flip;
        expect(unseal(key, context, changed, nodeCipher)).toBeUndefined();
        expect(unseal(key, Uint8Array.of(...context, 1), sealed, nodeCipher)).toBeUndefined();
        expect(
          unseal(
            key.map((byte) => byte ^ flip),
            context,
            sealed,
            nodeCipher,
          ),
        ).toBeUndefined();
        expect(unseal(key, context, sealed.subarray(0, at % sealed.length), nodeCipher)).toBeUndefined();
      }),
    );
  });
});

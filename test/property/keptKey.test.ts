import fc from "fast-check";
import { describe, it } from "vitest";
import { keptKey, type KeyParts } from "#shared/session/kept/keptKey.ts";
import { checkProperty } from "../support/property.ts";

const name = fc.string({ minLength: 1, maxLength: 6 }).filter((text) => text !== "__proto__");
const parts: fc.Arbitrary<KeyParts> = fc.record({
  language: fc.constantFrom("javascript", "python"),
  runtime: fc.string({ maxLength: 8 }),
  code: fc.string({ maxLength: 20 }),
  defines: fc.array(name, { maxLength: 4 }),
  inputs: fc.dictionary(name, fc.string({ maxLength: 8 }), { maxKeys: 5, noNullPrototype: true }),
});

/** The same fields, set in another order. */
const turned = <T extends object>(given: T): T =>
  // reason: the same entries make the same shape.
  Object.fromEntries(Object.entries(given).reverse()) as T;

const meaning = ({ language, runtime, code, defines, inputs }: KeyParts): string =>
  JSON.stringify([language, runtime, code, defines, Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1))]);

describe("the key of a kept result", () => {
  it("does not depend on the order in which its parts were found", async () => {
    await checkProperty(
      "kept key order",
      200,
      fc.property(parts, (given) => keptKey(given) === keptKey(turned({ ...given, inputs: turned(given.inputs) }))),
    );
  });

  it("is another whenever a part is another", async () => {
    await checkProperty(
      "kept key difference",
      300,
      fc.property(
        parts,
        parts,
        fc.constantFrom("language", "runtime", "code", "defines", "inputs"),
        (one, other, part) => {
          const mixed = { ...one, [part]: other[part as keyof KeyParts] }; // reason: the same field of the same type.
          return (keptKey(one) === keptKey(mixed)) === (meaning(one) === meaning(mixed));
        },
      ),
    );
  });
});

import { describe, expect, it } from "vitest";
import { openEnvelope, sealEnvelope, verifyEnvelope, ENVELOPE_OVERHEAD } from "#shared/jobs/envelope.ts";
import { encodeCbor } from "#shared/jobs/jobCodec.ts";
import { PAYLOAD_LIMIT } from "#shared/jobs/jobMessage.ts";
import { seal } from "#shared/rooms/seal.ts";
import { NodeSigner } from "../../../../workers/agent/NodeSigner.ts";
import { bytesOfHex, hexOf } from "../../../support/jobs/messages.ts";

const key = new Uint8Array(32).fill(1);
const signer = NodeSigner.create();
const topic = "mb1/tag/i/to/from";
const header = { incarnation: 5, to: 9, seq: 3 };
const body = new Uint8Array([128]);

const sealed = (): Promise<Uint8Array> => sealEnvelope({ key, signer }, topic, header, body);

describe("an envelope", () => {
  it("opens with the key, for its topic, and proves its sender", async () => {
    const opened = openEnvelope(key, topic, await sealed());
    if (!opened.ok) throw new Error(opened.error);
    expect(opened.value).toMatchObject({ ...header, from: signer.peer, body });
    expect(await verifyEnvelope(signer, topic, opened.value)).toBe(true);
    expect((await sealed()).byteLength).toBeLessThanOrEqual(body.byteLength + ENVELOPE_OVERHEAD);
  });

  it("opens nowhere else", async () => {
    const payload = await sealed();
    expect(openEnvelope(new Uint8Array(32), topic, payload)).toEqual({ ok: false, error: "sealed" });
    expect(openEnvelope(key, "mb1/tag/i/other/from", payload)).toEqual({ ok: false, error: "sealed" });
  });

  it("does not open with one bit changed, wherever it is", async () => {
    const payload = await sealed();
    for (let at = 0; at < payload.length; at++) {
      const tampered = payload.slice();
      tampered[at] = (tampered[at] ?? 0) ^ 1;
      expect(openEnvelope(key, topic, tampered).ok).toBe(false);
    }
  });

  it.each([
    ["too-large", new Uint8Array(PAYLOAD_LIMIT + 1)],
    ["version", new Uint8Array([2, 1, 1])],
    ["version", new Uint8Array()],
    ["sealed", new Uint8Array([1, 2, 3])],
  ] as const)("is refused as %s", (error, payload) => {
    expect(openEnvelope(key, topic, payload)).toEqual({ ok: false, error });
  });

  it.each([
    ["no list", { a: 1 }],
    ["too few fields", [signer.publicKey, 1, 0, 0, body]],
    ["a short key", [new Uint8Array(31), 1, 0, 0, body, new Uint8Array(64)]],
    ["a short signature", [signer.publicKey, 1, 0, 0, body, new Uint8Array(63)]],
    ["a life of zero", [signer.publicKey, 0, 0, 0, body, new Uint8Array(64)]],
    ["a negative number", [signer.publicKey, 1, 0, -1, body, new Uint8Array(64)]],
  ])("by a member is refused as malformed with %s", (_what, plain) => {
    expect(openEnvelope(key, topic, byMember(plain))).toEqual({ ok: false, error: "malformed" });
  });

  it("by a member who signs nothing, or something else, proves nobody", async () => {
    const other = NodeSigner.create();
    const own = await other.sign(new Uint8Array([1]));
    for (const signature of [new Uint8Array(64), own]) {
      const opened = openEnvelope(key, topic, byMember([signer.publicKey, 5, 9, 3, body, signature]));
      if (!opened.ok) throw new Error(opened.error);
      expect(opened.value.from).toBe(signer.peer);
      expect(await verifyEnvelope(other, topic, opened.value)).toBe(false);
    }
  });

  it("signs its topic, life, receiver, number and body", async () => {
    const opened = openEnvelope(key, topic, await sealed());
    if (!opened.ok) throw new Error(opened.error);
    for (const change of [{ incarnation: 6 }, { to: 8 }, { seq: 4 }, { body: new Uint8Array([129]) }]) {
      expect(await verifyEnvelope(signer, topic, { ...opened.value, ...change })).toBe(false);
    }
    expect(await verifyEnvelope(signer, `${topic}x`, opened.value)).toBe(false);
  });

  it("written by an earlier version of this program still opens", async () => {
    const opened = openEnvelope(key, topic, bytesOfHex(GOLDEN));
    if (!opened.ok) throw new Error(opened.error);
    expect({ ...opened.value, publicKey: hexOf(opened.value.publicKey) }).toMatchObject({
      ...header,
      body,
      publicKey: GOLDEN_KEY,
    });
    expect(await verifyEnvelope(signer, topic, opened.value)).toBe(true);
  });
});

/** A payload of somebody who has the class's key. */
function byMember(plain: unknown): Uint8Array {
  const context = new Uint8Array([1, ...new TextEncoder().encode(topic)]);
  return new Uint8Array([1, ...seal(key, context, encodeCbor(plain))]);
}

const GOLDEN_KEY = "0818e76e5ddbf687dfe2d010bc99330274618081fd18f3bade3884536079b5bb";
const GOLDEN =
  "01f2467dc433b5047a7ebc84b15a821a4a118f5353f13456ffc8c3763f74ae9b2ba51641bd703185a787aae22016d975921c81587ea458e3b708ec461593eaa9f2ff59a2141c9cddfd05dd2d093d001e94cca708e0e1051c570367f6431864da4f91354c7675acadac2c87697c4cd4a8ef3d78591af62416944c47c74c4245e4036b8cdcf558a613666ad5c664b55571071664";

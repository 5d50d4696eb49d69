import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { DeviceDatabase } from "../../renderer/adapters/indexeddb/DeviceDatabase.ts";
import { openDeviceSigner } from "../../renderer/adapters/signer/openDeviceSigner.ts";
import { NodeSigner } from "../../workers/agent/NodeSigner.ts";
import { newDevice } from "../support/deviceStorage.ts";
import { signerCases } from "./signer.ts";

const subtle = globalThis.crypto.subtle;
const database = (): DeviceDatabase => new DeviceDatabase(newDevice().name);

describe("WebSigner with a guarded key keeps the contract of a Signer: it", () => {
  for (const { name, run } of signerCases(async () => (await openDeviceSigner(database(), subtle)).signer))
    it(name, run);
});

describe("WebSigner on a plain http page keeps the contract of a Signer: it", () => {
  const open = async () => (await openDeviceSigner(database(), undefined)).signer;
  for (const { name, run } of signerCases(open)) it(name, run);
});

describe("NodeSigner keeps the contract of a Signer: it", () => {
  for (const { name, run } of signerCases(() => Promise.resolve(NodeSigner.create()))) it(name, run);
});

describe("signers of three hosts", () => {
  it("verify one another's signatures", async () => {
    const signers = [
      (await openDeviceSigner(database(), subtle)).signer,
      (await openDeviceSigner(database(), undefined)).signer,
      NodeSigner.create(),
    ];
    const message = new TextEncoder().encode("seen by all");
    for (const author of signers) {
      const signature = await author.sign(message);
      const verdicts = signers.map((reader) => reader.verify(author.publicKey, message, signature));
      expect(await Promise.all(verdicts)).toEqual([true, true, true]);
    }
  });
});

describe("openDeviceSigner", () => {
  it.each([
    ["guarded", subtle],
    ["readable", undefined],
  ] as const)("gives a %s key, the same after a reload and in another tab", async (keeping, given) => {
    const { name } = newDevice();
    const first = await openDeviceSigner(new DeviceDatabase(name), given);
    const tabs = await Promise.all([1, 2].map(() => openDeviceSigner(new DeviceDatabase(name), given)));
    expect([first, ...tabs].map((one) => one.keeping)).toEqual([keeping, keeping, keeping]);
    expect(tabs.map((tab) => tab.signer.peer)).toEqual([first.signer.peer, first.signer.peer]);
  });

  it("gives two tabs that start at once the same key", async () => {
    const { name } = newDevice();
    const tabs = await Promise.all([1, 2, 3].map(() => openDeviceSigner(new DeviceDatabase(name), subtle)));
    expect(new Set(tabs.map((tab) => tab.signer.peer)).size).toBe(1);
  });

  it("does not let a guarded key be read out", async () => {
    const device = database();
    await openDeviceSigner(device, subtle);
    const stored = (await device.run((db) => db.get("keys", "device"))) as { privateKey: CryptoKey };
    expect(stored.privateKey.extractable).toBe(false);
    await expect(subtle.exportKey("pkcs8", stored.privateKey)).rejects.toThrow();
  });

  it("keeps a readable key when the browser learns to guard one: the peer stays the same", async () => {
    const { name } = newDevice();
    const before = await openDeviceSigner(new DeviceDatabase(name), undefined);
    const after = await openDeviceSigner(new DeviceDatabase(name), subtle);
    expect([after.signer.peer, after.keeping]).toEqual([before.signer.peer, "readable"]);
  });

  it("works with a key of the moment where there is no storage, and says so", async () => {
    const refusing = { run: () => Promise.reject(new Error("planted")) } as unknown as DeviceDatabase;
    const { signer, keeping } = await openDeviceSigner(refusing, subtle);
    expect(keeping).toBe("unsaved");
    const message = new Uint8Array([1]);
    expect(await signer.verify(signer.publicKey, message, await signer.sign(message))).toBe(true);
  });
});

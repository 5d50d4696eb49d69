import { describe, expect, it } from "vitest";
import { PeerId } from "#shared/base/ids.ts";
import { seconds } from "#shared/base/units.ts";
import { TOKEN_LIFE } from "#shared/rooms/brokerToken.ts";
import { LoginDesk } from "../../../../broker/mqtt/LoginDesk.ts";
import { readRealmKeys, writeRealmKeys } from "../../../../broker/mqtt/realmKey.ts";
import { TestRealm } from "../../../support/brokers/TestRealm.ts";
import { FakeClock } from "../../../support/FakeClock.ts";

async function enter(desk: LoginDesk, realm: TestRealm, clock: FakeClock): Promise<boolean> {
  const peer = realm.newPeer();
  const { password } = await realm.login(peer, clock.now());
  return desk.enter(peer, Buffer.from(password)).ok;
}

describe("the login desk", () => {
  it("remembers a used token for as long as it would count, and not longer", async () => {
    const clock = new FakeClock();
    const desk = new LoginDesk(clock, []);
    const realm = new TestRealm();
    const peer = realm.newPeer();
    const { password } = await realm.login(peer, clock.now() + TOKEN_LIFE);
    expect(desk.enter(peer, Buffer.from(password)).ok).toBe(true);
    clock.advance(TOKEN_LIFE);
    expect(await enter(desk, realm, clock)).toBe(true);
    expect(desk.enter(peer, Buffer.from(password))).toMatchObject({ error: { reason: "the token was used before" } });
    clock.advance(seconds(TOKEN_LIFE / 1000 + 1));
    expect(desk.enter(peer, Buffer.from(password))).toMatchObject({
      error: { reason: "the token is not of this time" },
    });
  });

  it("lets nobody in without a token, or with one for another id", async () => {
    const clock = new FakeClock();
    const desk = new LoginDesk(clock, []);
    const realm = new TestRealm();
    const { password } = await realm.login(realm.newPeer(), clock.now());
    expect(desk.enter(PeerId.createPassing(), undefined)).toMatchObject({ error: { code: 4 } });
    expect(desk.enter(PeerId.createPassing(), Buffer.from(password))).toMatchObject({ error: { code: 5 } });
  });
});

it("keys of realms are told to the process as they are, and nothing else is read", () => {
  const keys = [{ tag: "t".repeat(22), key: "0f".repeat(32) }];
  expect(readRealmKeys(writeRealmKeys([...keys, ...keys]))).toEqual([...keys, ...keys]);
  expect(readRealmKeys("")).toEqual([]);
  for (const text of ["x", "t:0f", `${writeRealmKeys(keys)},`]) expect(() => readRealmKeys(text)).toThrow("malformed");
});

import { ed25519 } from "@noble/curves/ed25519.js";
import { expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { unixMs } from "#shared/base/units.ts";
import { brokerLogin, createSalt, memberKeyOf, parseBrokerToken, passingId } from "#shared/rooms/brokerToken.ts";
import { peerIdOf } from "#shared/rooms/deviceKey.ts";
import { asRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";

const keys = deriveRoomKeys(RoomId.parse("A".repeat(22))!, asRoomSecret(new Uint8Array(32).fill(1)));
const secretKey = new Uint8Array(32).fill(2);
const signer = {
  publicKey: ed25519.getPublicKey(secretKey),
  sign: (message: Uint8Array) => Promise.resolve(ed25519.sign(message, secretKey)),
};
const AT = unixMs(1_700_000_000_000);

/** Made by version 1. Brokers and clients of other days must agree on it. */
const GOLDEN =
  "AYQBFW1lc2hib29rLzEvbXF0dC1sb2dpbhYydFFwa2wzWkNnMWZLZmlyeDV2N2tRgNCV_7wxAFZ309iRozYIvfQsIklzG7-BOXcOqH0XX1ajVGbDTH7My42KkbTuN6Jd9g9bj8mzlAqP1ScCC9Y9wWKRkl8O7603HmP4lVINzljMo9G6oI_skk1jz1uc57n3kDVOp04kme41kMqhREKnvIOQuEncTw-DO-DkRwBQHv__saottgHhriMrUgYjhc5IzHoxRzcQD3f2x_2tqQlKr7Rcl3wO04HH20gYMFI_Bh9qxAGrxJXhvSWx-mri1hPS1iyFz_ygpeNwoq9Nn6A9X87AQiudCw8";

it("says who comes, into which realm and when, signed by the device and by the room's key", async () => {
  for (const token of [
    parseBrokerToken((await brokerLogin({ keys, signer }, AT)).password)!,
    parseBrokerToken(GOLDEN)!,
  ]) {
    expect(token).toMatchObject({ tag: keys.topicTag, client: peerIdOf(signer.publicKey), at: AT });
    expect(token.memberKey).toEqual(await memberKeyOf(keys));
    expect(ed25519.verify(token.memberSignature, token.message, token.memberKey)).toBe(true);
    expect(ed25519.verify(token.deviceSignature, token.message, token.deviceKey)).toBe(true);
  }
});

it("binds a passing id to the device's key", async () => {
  const salt = createSalt();
  const token = parseBrokerToken((await brokerLogin({ keys, signer, salt }, AT)).password)!;
  expect(token.client).toBe(passingId(signer.publicKey, salt));
  expect(passingId(ed25519.getPublicKey(new Uint8Array(32).fill(3)), salt)).not.toBe(token.client);
});

it("reads nothing else", () => {
  for (const text of [
    "",
    "x",
    GOLDEN.slice(4),
    GOLDEN.slice(0, -4),
    `${GOLDEN}AAAA`,
    `B${GOLDEN}`,
    "A".repeat(4_000),
  ]) {
    expect(parseBrokerToken(text)).toBeUndefined();
  }
});

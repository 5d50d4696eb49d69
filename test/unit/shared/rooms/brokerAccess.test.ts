import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import {
  openToldBroker,
  parseBrokerLogin,
  parseBrokerUrl,
  sealToldBroker,
  shownBrokerUrl,
} from "#shared/rooms/brokerAccess.ts";
import { createRoomSecret, deriveRoomKeys } from "#shared/rooms/roomKeys.ts";

const keys = deriveRoomKeys(RoomId.create(), createRoomSecret());

describe("parseBrokerUrl", () => {
  it.each([
    ["mqtt://h:1883", { url: "mqtt://h:1883", login: undefined }],
    ["mqtts://ana:s%40fe@h", { url: "mqtts://h", login: { username: "ana", password: "s@fe" } }],
    ["wss://token@h/mqtt", { url: "wss://h/mqtt", login: { username: "meshbook", password: "token" } }],
    ["ws://[::1]:9001/#x", { url: "ws://[::1]:9001/", login: undefined }],
  ])("reads %s, and takes the login out of the address", (text, access) => {
    expect(parseBrokerUrl(text)).toEqual({ ok: true, value: access });
  });

  it.each(["", "h:1883", "http://h", "mqtt://", "mqtt:h", "mqtt://%ff:secret@h"])(
    "refuses %j, and shows no login",
    (text) => {
      const parsed = parseBrokerUrl(text);
      expect(parsed.ok).toBe(false);
      if (!parsed.ok) expect(parsed.error.message).not.toContain("secret");
    },
  );

  it("is shown without what may be a secret", () => {
    expect(shownBrokerUrl({ url: "wss://h:8084/mqtt?signature=secret" })).toBe("wss://h:8084/mqtt");
    expect(shownBrokerUrl({ url: "mqtt://h:1883" })).toBe("mqtt://h:1883");
  });
});

describe("parseBrokerLogin", () => {
  it("reads a user with a password, which may have colons, or a token", () => {
    expect(parseBrokerLogin("ana:a:b\n")).toEqual({ ok: true, value: { username: "ana", password: "a:b" } });
    expect(parseBrokerLogin("eyJ.x.y")).toEqual({ ok: true, value: { username: "meshbook", password: "eyJ.x.y" } });
    for (const text of ["", " \n", "a\nb", "x".repeat(20_000)]) expect(parseBrokerLogin(text).ok).toBe(false);
  });
});

describe("what a host tells of its broker", () => {
  const told = {
    agents: { url: "mqtts://h:8883", login: { username: "class", password: "geheim" } },
    pages: { url: "wss://h/mqtt", login: undefined },
  };

  it("is read by members of the class alone", () => {
    const sealed = sealToldBroker(keys, told);
    expect(sealed).not.toContain("geheim");
    expect(Buffer.from(sealed, "base64url").includes("geheim")).toBe(false);
    expect(openToldBroker(keys, sealed)).toEqual(told);
    expect(openToldBroker(deriveRoomKeys(RoomId.create(), createRoomSecret()), sealed)).toBeUndefined();
    expect(openToldBroker({ ...keys, topicTag: "A".repeat(22) }, sealed)).toBeUndefined();
    expect(openToldBroker(keys, `${sealed.slice(0, -2)}AA`)).toBeUndefined();
    expect(openToldBroker(keys, "no base64url!")).toBeUndefined();
  });

  it("is refused where it names something else than a broker", () => {
    const agents = { url: "javascript:alert(1)", login: undefined };
    expect(openToldBroker(keys, sealToldBroker(keys, { agents, pages: undefined }))).toBeUndefined();
    expect(openToldBroker(keys, sealToldBroker(keys, { ...told, pages: agents }))).toBeUndefined();
  });
});

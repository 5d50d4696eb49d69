import { describe, expect, it } from "vitest";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import { parseRoomLink } from "#shared/rooms/roomLink.ts";
import { hostAddresses, localAddress } from "../../../broker/hostAddresses.ts";
import { isAnyAddress, isLoopback, lanAddresses } from "../../../broker/http/hostNames.ts";

const room = { id: RoomId.create(), secret: createRoomSecret() };

describe("hostAddresses", () => {
  it("gives one link for this computer alone on loopback", () => {
    const { url, invite, mqtt, lan } = hostAddresses(room, { host: "127.0.0.1", port: 8720, mqttPort: 1883 });
    expect(parseRoomLink(url)).toEqual({ ok: true, value: { kind: "class", base: "http://127.0.0.1:8720", ...room } });
    expect({ invite, mqtt, lan }).toEqual({ invite: url, mqtt: "mqtt://127.0.0.1:1883", lan: [] });
  });

  it("invites by the address it listens on", () => {
    const { url, invite, lan } = hostAddresses(room, { host: "192.168.1.5", port: 80, mqttPort: 1883 });
    expect(new URL(invite).origin).toBe("http://192.168.1.5");
    expect(url).toBe(invite);
    expect(lan).toEqual(["http://192.168.1.5:80/"]);
  });

  it("invites by a network address when opened to all, and opens the page here on loopback", () => {
    const { url, invite, mqtt } = hostAddresses(room, { host: "0.0.0.0", port: 8720, mqttPort: 1883 });
    const address = lanAddresses()[0] ?? "127.0.0.1";
    expect(new URL(url).hostname).toBe("127.0.0.1");
    expect(new URL(invite).hostname).toBe(address);
    expect(mqtt).toBe(`mqtt://${address}:1883`);
  });

  it("puts IPv6 addresses in brackets", () => {
    expect(hostAddresses(room, { host: "::1", port: 8720, mqttPort: 1883 }).mqtt).toBe("mqtt://[::1]:1883");
    expect(localAddress("::")).toBe("::1");
  });
});

describe("hostNames", () => {
  it("tells loopback, all interfaces and networks apart", () => {
    expect(["127.0.0.1", "127.1.2.3", "::1", "localhost"].every(isLoopback)).toBe(true);
    expect(["0.0.0.0", "::", "192.168.1.5", "127.evil.example", "1127.0.0.1"].some(isLoopback)).toBe(false);
    expect(isAnyAddress("0.0.0.0") && isAnyAddress("::") && !isAnyAddress("127.0.0.1")).toBe(true);
    expect(lanAddresses().some(isLoopback)).toBe(false);
  });
});

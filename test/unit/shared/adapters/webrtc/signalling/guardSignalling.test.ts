import { describe, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { guardSignalling } from "#shared/adapters/webrtc/signalling/guardSignalling.ts";
import { LinkBackoff, LINK_RETRY_MIN } from "#shared/adapters/webrtc/signalling/LinkBackoff.ts";
import { openSignal, sealSignal, type SignallingKey } from "#shared/adapters/webrtc/signalling/signallingSeal.ts";
import type { SignallingSocket, YWebrtcLink } from "#shared/adapters/webrtc/yWebrtc.ts";
import { ms } from "#shared/base/units.ts";
import { FakeClock } from "../../../../../support/FakeClock.ts";

const ROOM = "room";
const KEY = new Uint8Array(32).fill(3) as SignallingKey;
const ANNOUNCE = { type: "publish", topic: ROOM, data: { type: "announce", from: "me" } };
const signal = (type: string, from = "ana") => ({
  type: "signal",
  from,
  to: "me",
  token: 5,
  signal: { type, sdp: "v=0" },
});

/** y-webrtc's end of a socket: what it was given, and what left. */
function guarded() {
  const clock = new FakeClock();
  const backoff = new LinkBackoff();
  const links = new Map<string, YWebrtcLink>();
  const handled: unknown[] = [];
  const sent: { type: string; topics?: unknown; topic?: string; data?: string }[] = [];
  const flags = { throws: false, alone: 0, welcomes: true };
  const heard: string[] = [];
  const detoured: string[] = [];
  const replaced: YWebrtcLink[] = [];
  const socket: SignallingSocket = {
    connected: true,
    ws: { readyState: 1, onmessage: null },
    send: (message) => {
      sent.push(message as never);
    },
    emit: (event, args) => {
      if (flags.throws) throw new TypeError("Cannot set properties of undefined (setting 'glareToken')");
      if (event === "message") handled.push((args[0] as { data: unknown }).data);
      return undefined;
    },
  };
  const guard = guardSignalling(socket, {
    ...{ room: ROOM, key: KEY, clock, logger: silentLogger, backoff },
    limit: () => 2,
    heard: (peer) => heard.push(peer),
    welcomes: () => flags.welcomes,
    replacing: (link) => replaced.push(link),
    detour: (sealed) => detoured.push(sealed),
    links: () => links,
    self: () => "me",
    alone: () => {
      flags.alone++;
    },
    changed: () => {},
  });
  const arrive = (data: unknown, clients = 2): void => {
    socket.emit("message", [{ type: "publish", topic: ROOM, data: sealSignal(KEY, data), clients }, socket]);
  };
  return { clock, backoff, links, handled, sent, flags, socket, guard, heard, detoured, replaced, arrive };
}

function link(change: Partial<YWebrtcLink> & { initiator?: boolean } = {}) {
  const closers: (() => void)[] = [];
  const made: YWebrtcLink = {
    remotePeerId: "ana",
    connected: false,
    glareToken: undefined,
    peer: {
      initiator: change.initiator ?? true,
      bufferSize: 0,
      _pc: null,
      send: () => {},
      on: (event: string, listener: unknown) => {
        if (event === "close") closers.push(listener as () => void);
      },
      listeners: () => [],
      removeAllListeners: () => {},
    },
    destroy: () => closers.forEach((close) => close()),
    ...change,
  };
  return made;
}

describe("guardSignalling, outward", () => {
  it("seals what is published, so that the server reads nothing", () => {
    const { socket, sent } = guarded();
    socket.send(ANNOUNCE);
    const { data, ...rest } = sent[0]!;
    expect(rest).toEqual({ type: "publish", topic: ROOM });
    expect(openSignal(KEY, data!)).toEqual(ANNOUNCE.data);
  });

  it("speaks of its own room only", () => {
    const { socket, sent } = guarded();
    socket.send({ type: "subscribe", topics: ["other", ROOM] });
    socket.send({ type: "subscribe", topics: ["other"] });
    socket.send({ type: "publish", topic: "other", data: {} });
    expect(sent).toEqual([{ type: "subscribe", topics: [ROOM] }]);
  });

  it("announces at once, and then once for all that follow within a second", () => {
    const { socket, sent, clock, guard } = guarded();
    for (let time = 0; time < 10; time++) socket.send(ANNOUNCE);
    expect(sent.length).toBe(1);
    clock.advance(ms(1_000));
    expect(sent.length).toBe(2);
    socket.send(ANNOUNCE);
    guard.stop();
    expect(clock.waiting).toBe(0);
  });

  it("keeps silent while the socket is down", () => {
    const { socket, sent, detoured } = guarded();
    Object.assign(socket, { ws: { readyState: 0 } });
    socket.send(ANNOUNCE);
    Object.assign(socket, { ws: null });
    socket.send(ANNOUNCE);
    expect([sent, detoured]).toEqual([[], []]);
  });

  it("gives what is meant for one peer another way while the socket is down, sealed", () => {
    const { socket, sent, detoured } = guarded();
    Object.assign(socket, { ws: null });
    socket.send({ type: "publish", topic: ROOM, data: signal("offer") });
    expect(sent).toEqual([]);
    expect(detoured.map((sealed) => openSignal(KEY, sealed))).toEqual([signal("offer")]);
  });
});

describe("guardSignalling, inward", () => {
  it("gives y-webrtc what was sealed with the room's key, opened", () => {
    const { arrive, handled } = guarded();
    arrive({ type: "announce", from: "ana" });
    arrive(signal("offer"));
    expect(handled).toEqual([{ type: "announce", from: "ana" }, signal("offer")]);
  });

  it("gives y-webrtc nothing that is not sealed, is for another room, or makes no sense", () => {
    const { socket, arrive, handled } = guarded();
    const publish = (topic: string, data: unknown): unknown =>
      socket.emit("message", [{ type: "publish", topic, data }, socket]);
    publish(ROOM, { type: "announce", from: "ana" });
    publish("other", sealSignal(KEY, { type: "announce", from: "ana" }));
    publish(ROOM, "garbage");
    socket.emit("message", [null, socket]);
    for (const bad of [null, 7, "text", {}, { type: "announce" }, { type: "announce", from: "x".repeat(65) }])
      arrive(bad);
    for (const bad of [{ ...signal("offer"), to: 1 }, { ...signal("offer"), token: "t" }, signal("renegotiate")])
      arrive(bad);
    expect(handled).toEqual([]);
  });

  it("drops answers and candidates for links that are gone, on which y-webrtc throws", () => {
    const { arrive, handled, links } = guarded();
    arrive(signal("answer"));
    arrive({ ...signal("candidate"), signal: { type: "candidate", candidate: {} } });
    expect(handled).toEqual([]);
    links.set("ana", link());
    arrive(signal("answer"));
    expect(handled.length).toBe(1);
  });

  it("lets nothing out that y-webrtc throws", () => {
    const { arrive, flags } = guarded();
    flags.throws = true;
    expect(() => arrive({ type: "announce", from: "ana" })).not.toThrow();
  });

  it("leaves peers alone to which links failed, for a while", () => {
    const { arrive, handled, backoff, clock } = guarded();
    backoff.failed("ana", clock.monotonic());
    arrive({ type: "announce", from: "ana" });
    arrive(signal("offer"));
    expect(handled).toEqual([]);
    clock.advance(LINK_RETRY_MIN);
    arrive({ type: "announce", from: "ana" });
    expect(handled.length).toBe(1);
  });

  it("offers nothing to a peer that is not welcome, takes its offers, and tells whom it heard", () => {
    const { arrive, handled, heard, flags } = guarded();
    flags.welcomes = false;
    arrive({ type: "announce", from: "ana" });
    expect(handled).toEqual([]);
    arrive(signal("offer", "ben"));
    arrive({ type: "announce", from: "me" });
    expect(handled).toEqual([signal("offer", "ben"), { type: "announce", from: "me" }]);
    expect(heard).toEqual(["ana", "ben"]);
  });

  it("has y-webrtc offer a link to a peer that has not announced itself", () => {
    const { guard, handled } = guarded();
    guard.offer("ana");
    expect(handled).toEqual([{ type: "announce", from: "ana" }]);
  });

  it("takes what comes another way as if it came over the socket: sealed, or not at all", () => {
    const { guard, handled } = guarded();
    guard.deliver(sealSignal(KEY, signal("offer")));
    guard.deliver("garbage");
    expect(handled).toEqual([signal("offer")]);
  });

  it("takes no more links than it may", () => {
    const { arrive, handled, links } = guarded();
    links.set("ana", link());
    links.set("ben", link());
    arrive(signal("offer", "eve"));
    expect(handled).toEqual([]);
  });

  it("drops an offer that crossed one of ours that counts more", () => {
    const { arrive, handled, links } = guarded();
    links.set("ana", link({ glareToken: 6 }));
    arrive(signal("offer"));
    expect(handled).toEqual([]);
  });

  it("ends whatever link there is before it takes an offer: none that offered itself can answer", () => {
    const existing = [
      link(),
      link({ glareToken: 4 }),
      link({ connected: true, glareToken: 6 }),
      link({ initiator: false, glareToken: 6 }),
    ];
    for (const one of existing) {
      const { arrive, handled, links, replaced } = guarded();
      let destroyed = false;
      links.set("ana", {
        ...one,
        destroy: () => {
          destroyed = true;
          expect(handled).toEqual([]);
          one.destroy();
        },
      });
      arrive(signal("offer"));
      expect([destroyed, handled.length, replaced.length]).toEqual([true, 1, 1]);
    }
  });

  it("leaves links alone when an offer is for somebody else", () => {
    const { arrive, links } = guarded();
    const untouched = { ...link(), destroy: () => expect.unreachable("the link was ended") };
    links.set("ana", untouched);
    arrive({ ...signal("offer"), to: "ben" });
  });

  it("tells when the server says that nobody else is here", () => {
    const { arrive, flags } = guarded();
    arrive({ type: "announce", from: "me" }, 2);
    expect(flags.alone).toBe(0);
    arrive({ type: "announce", from: "me" }, 1);
    expect(flags.alone).toBe(1);
  });
});

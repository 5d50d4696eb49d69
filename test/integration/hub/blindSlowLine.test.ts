// As slowLine.test.ts, by way of a host that cannot read what it is given: what is large arrives over one connection.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import * as Y from "yjs";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { BlindHubHost, BlindMember } from "../../support/hub/BlindHubHost.ts";
import { LONG } from "../../support/property.ts";
import { untilTrue } from "../../support/until.ts";

/** In the ordinary run less, and not as slowly: the same number of parts. */
const BYTES_PER_SECOND = LONG ? 10_000 : 200_000;
const WORDS = 100_000;
const PATIENCE = { timeout: 300_000 };

let host: BlindHubHost;
let line: CuttableProxy;
let room: RoomRef;
let members: BlindMember[];

beforeEach(async () => {
  host = await BlindHubHost.start();
  line = await CuttableProxy.start(host.port);
  room = { id: RoomId.create(), secret: createRoomSecret() };
  members = [];
});

afterEach(async () => {
  for (const member of members) await member.leave();
  await line.close();
  await host.close();
});

function join(port: number, doc?: Uint8Array): BlindMember {
  const given = doc === undefined ? {} : { doc };
  const member = new BlindMember(room, `http://127.0.0.1:${port}`, { mode: "sealed", ...given });
  members.push(member);
  return member;
}

/** About half a megabyte, of which each cell is one edit. */
function large(): Uint8Array {
  const doc = new Y.Doc();
  const text = doc.getText("t");
  for (let at = 0; at < WORDS; at += 50) text.insert(text.length, `${at} `.repeat(50));
  return Y.encodeStateAsUpdate(doc);
}

describe("a slow line to a blind host", () => {
  it("brings a large document", PATIENCE, async () => {
    const writer = join(host.port, large());
    await untilTrue("the host has it", () => writer.held, 60_000);
    line.slow(BYTES_PER_SECOND);
    const reader = join(line.port);
    await untilTrue("all has come", () => reader.text === writer.text, 240_000);
    expect(line.accepted).toBe(1);
  });

  it("takes a large document to the host", PATIENCE, async () => {
    line.slow(BYTES_PER_SECOND);
    const writer = join(line.port, large());
    await untilTrue("the host has it", () => writer.held, 240_000);
    expect(line.accepted).toBe(1);
    const reader = join(host.port);
    await untilTrue("all is there", () => reader.text === writer.text, 60_000);
  });

  it.runIf(LONG)("brings a large text that was written at once", PATIENCE, async () => {
    const writer = join(host.port);
    await untilTrue("the room is there", () => writer.held, 60_000);
    writer.write("a large value ".repeat(40_000));
    await untilTrue("the host has it", () => writer.held, 60_000);
    line.slow(BYTES_PER_SECOND);
    const reader = join(line.port);
    await untilTrue("all has come", () => reader.text === writer.text, 240_000);
    expect(line.accepted).toBe(1);
  });
});

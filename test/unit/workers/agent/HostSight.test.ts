import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { RoomId } from "#shared/base/ids.ts";
import { createRoomSecret } from "#shared/rooms/roomKeys.ts";
import type { RoomLink, RoomRef } from "#shared/rooms/roomLink.ts";
import { startSealedClass } from "#shared/rooms/sealedClass.ts";
import { HostSight } from "../../../../workers/agent/HostSight.ts";

/** What the host says of itself, and how often it was asked. */
let says: unknown;
let asked: number;
let server: Server;
let folder: string;

beforeEach(async () => {
  [says, asked] = [{}, 0];
  folder = mkdtempSync(join(tmpdir(), "meshbook-sight-"));
  server = createServer((_, response) => {
    asked++;
    response.end(JSON.stringify(says));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const plain = (): RoomRef => ({ id: RoomId.create(), secret: createRoomSecret() });

function sight(room: RoomRef): HostSight {
  // reason: it listens on a port.
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const link: RoomLink = { kind: "class", base, ...room };
  return new HostSight(link, join(folder, "data", "blind-hosts.json"), silentLogger);
}

it("believes a host that says what it is, and remembers that it was blind", async () => {
  const room = plain();
  expect(await sight(room).sees()).toBe("clear");
  says = { blind: true };
  expect(await sight(room).sees()).toBe("sealed");
  says = {};
  expect(await sight(room).sees()).toBe("sealed");
});

it("does not believe a host that says it reads, where the invitation says that it is blind", async () => {
  expect(await sight(startSealedClass()).sees()).toBe("sealed");
  expect(asked).toBe(0);
  expect(readFileSync(join(folder, "data", "blind-hosts.json"), "utf8")).toContain("127.0.0.1");
  expect(await sight(plain()).sees()).toBe("sealed");
});

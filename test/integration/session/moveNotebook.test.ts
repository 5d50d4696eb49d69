// A notebook that gets a new key, at a host that reads and at a blind one: who stays is led along, also who was away and
// wrote meanwhile; who was taken out, and whoever has an old link, gets nothing new.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { Value } from "#shared/base/value.ts";
import type { HubMode } from "#shared/contracts/host/sealedHub.ts";
import { cellSource } from "#shared/notebook/cell.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { deriveRoomKeys } from "#shared/rooms/roomKeys.ts";
import { parseRoomLink, type RoomLink } from "#shared/rooms/roomLink.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { ownCard } from "#shared/session/access/ownBox.ts";
import type { MeshbookPorts } from "#shared/session/app/MeshbookPorts.ts";
import type { RunningMeshbook } from "#shared/session/app/startMeshbook.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import { MemoryDevice, MemoryWorld } from "../../support/app/MemoryWorld.ts";
import { BlindHubHost } from "../../support/hub/BlindHubHost.ts";
import { HubHost } from "../../support/HubHost.ts";
import { untilTrue } from "../../support/until.ts";

const PATIENCE = 30_000;
const until = (what: string, condition: () => boolean): Promise<void> => untilTrue(what, condition, PATIENCE);

interface Host {
  readonly port: number;
  close(): Promise<void>;
}

let host: Host;
let people: Person[];

/** Somebody with a device, which reaches the host's own hub over a real socket while it is `online`. */
class Person {
  readonly #device: MemoryDevice;
  online = true;
  app: RunningMeshbook;

  constructor() {
    this.#device = new MemoryDevice(new MemoryWorld(), { networks: (ports) => this.#networks(ports) });
    this.app = this.#device.start();
    people.push(this);
  }

  async open(room: RoomId): Promise<NotebookSession> {
    const opened = await this.app.openNotebook(room);
    if (!opened.ok) throw new Error(opened.error);
    return opened.value;
  }

  /** Closes the application and opens it again. */
  async again(): Promise<void> {
    await this.app.close();
    this.app = this.#device.start();
  }

  #networks(ports: Pick<MeshbookPorts, "signer" | "settings">): MeshbookPorts["networks"] {
    return (room, _base, { name }) => {
      const links = { links: new Value<ReadonlySet<string>>(new Set()), led: new Value(false) };
      if (!this.online) return { sources: [], ...links };
      const { signer, settings } = ports;
      const base = `http://127.0.0.1:${host.port}`;
      const card = (): Promise<Uint8Array> => ownCard(settings, signer);
      const common = { logger: silentLogger, clock: systemClock };
      const access = new HubAccess({ room: room.id, host: new URL(base).host, signer, name, card, ...common });
      const sealing = { sealer: new RoomSealer(room), mode: new Value<HubMode>("unknown") };
      const hub = new HubDocSource({ url: hubUrlWithAccess(base, room.id), WebSocket, access, sealing, ...common });
      return { sources: [hub], ...links, access, hubMode: sealing.mode };
    };
  }
}

const source = (session: NotebookSession): string => readNotebook(session.doc).cells[0]?.source ?? "";

function write(session: NotebookSession, text: string): void {
  const cell = readNotebook(session.doc).cells[0]!.id;
  const content = cellSource(notebookRoots(session.doc).cells, cell)!;
  content.insert(content.length, text);
}

const peerOf = (person: Person): RunningMeshbook["peer"] => person.app.peer;

function linkOf(text: string): RoomLink {
  const parsed = parseRoomLink(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
}

const HOSTS: readonly (readonly [string, () => Promise<Host>])[] = [
  ["a host that reads", () => HubHost.start()],
  ["a blind host", () => BlindHubHost.start()],
];

describe.each(HOSTS)("a notebook with a new key at %s", (kind, startHost) => {
  beforeEach(async () => {
    host = await startHost();
    people = [];
  });

  afterEach(async () => {
    for (const { app } of people) await app.close();
    await host.close();
  });

  it("leads along who stays, with what they wrote while away, and nobody else", async () => {
    const [tess, ben, ola, mal] = [new Person(), new Person(), new Person(), new Person()];
    const room = await tess.app.createNotebook("Lab", "device");
    const link = await tess.app.shareNotebook(room);
    const t = await tess.open(room);
    write(t, "begin");
    const sessions: NotebookSession[] = [];
    for (const person of [ben, ola, mal]) {
      await person.app.followLink(link);
      const session = await person.open(room);
      await until("everybody has it", () => source(session) === "begin" && session.sync.get().heldByHost === true);
      sessions.push(session);
    }
    const [b, , m] = sessions;
    await until("tess sees who was here", () => t.access.get().members.length >= 3);

    // Ola goes offline, and writes on.
    ola.online = false;
    await ola.again();
    const offline = await ola.open(room);
    await until("ola has her copy", () => source(offline) === "begin");
    write(offline, " offline");
    await offline.close();

    await t.setRole(peerOf(mal), "none", "Mal");
    await until("their cards are here", () =>
      [ben, ola].every((person) => t.moves.canFollow.get().has(peerOf(person))),
    );
    const next = await tess.app.changeKey(room);
    expect(next).not.toBe(room);
    expect(t.movedTo.get()).toBe(next);
    await until("ben is led along", () => b!.movedTo.get() === next);
    const [tn, bn] = [await tess.open(next), await ben.open(next)];
    write(tn, " after");
    await until("ben reads on", () => source(bn).includes("begin after"));
    write(bn, " and ben");
    await until("both write on", () => source(tn).includes("and ben") && tn.sync.get().heldByHost === true);

    // Mal is shown nothing, neither by the old room nor under another name with the old link.
    expect(m!.movedTo.get()).toBeUndefined();
    expect(source(m!)).toBe("begin");
    const masked = new Person();
    await masked.app.followLink(link);
    const other = await masked.open(room);
    await until("the old link invites nobody", () =>
      other.sync.get().sources.some(({ kind: way, status }) => way === "hub" && status.state === "offline"),
    );
    expect(source(other)).toBe("");

    ola.online = true;
    await ola.again();
    const back = await ola.open(room);
    await until("ola is led along", () => back.movedTo.get() === next);
    const on = await ola.open(next);
    await until("with what she wrote", () => source(tn).includes("offline") && source(on) === source(tn));

    // Everything that networks see of a room is another one now.
    const [before, after] = [linkOf(link), linkOf(await tess.app.shareNotebook(next))];
    const [oldKeys, newKeys] = [deriveRoomKeys(before.id, before.secret), deriveRoomKeys(after.id, after.secret)];
    expect(after.id).toBe(next);
    expect(newKeys.topicTag).not.toBe(oldKeys.topicTag);
    expect(newKeys.webrtcPassword).not.toBe(oldKeys.webrtcPassword);
    expect(newKeys.content).not.toEqual(oldKeys.content);
    if (host instanceof BlindHubHost) {
      expect(kind).toBe("a blind host");
      for (const words of ["and ben", "offline", "begin"]) expect(await host.knows(words)).toBe(false);
    }
  });

  it("is given by who made it only", async () => {
    const [tess, ben] = [new Person(), new Person()];
    const room = await tess.app.createNotebook("Lab", "device");
    const link = await tess.app.shareNotebook(room);
    await tess.open(room);
    await ben.app.followLink(link);
    await ben.open(room);
    await expect(ben.app.changeKey(room)).rejects.toThrow("who made this notebook");
  });
});

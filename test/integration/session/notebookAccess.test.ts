// The rules of a notebook from end to end without a page: devices with real keys, the class host's own hub and archive.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Awareness } from "y-protocols/awareness";
import { WebSocket } from "ws";
import * as Y from "yjs";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { MemoryDocSource } from "#shared/adapters/memory/MemoryDocSource.ts";
import { MemoryHub } from "#shared/adapters/memory/MemoryHub.ts";
import { MemorySettings } from "#shared/adapters/memory/MemorySettings.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { Value } from "#shared/base/value.ts";
import type { SourceStatus } from "#shared/ports/DocSource.ts";
import type { PeerView } from "#shared/session/views.ts";
import { roleOf } from "#shared/rooms/access/membership.ts";
import { mayEdit } from "#shared/rooms/access/role.ts";
import { EVERYBODY } from "#shared/rooms/access/statement.ts";
import { foundRoom } from "#shared/rooms/founding.ts";
import { asRoomSecret, type RoomSecret } from "#shared/rooms/roomKeys.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { MeshLinks } from "#shared/session/access/MeshLinks.ts";
import { NotebookAccess } from "#shared/session/access/NotebookAccess.ts";
import { DocSync } from "#shared/session/DocSync.ts";
import { NodeSigner } from "../../../workers/agent/NodeSigner.ts";
import { CuttableProxy } from "../../support/CuttableProxy.ts";
import { HubHost } from "../../support/HubHost.ts";
import { untilTrue } from "../../support/until.ts";

let host: HubHost;
let room: RoomRef;
let mesh: MemoryHub;
const owner = NodeSigner.create();
const open: Device[] = [];

interface Through {
  /** Of a cable to the host. */
  readonly port?: number;
  /** Its links to others take only what rules allow. */
  readonly keepsRules?: boolean;
  /** What it takes the room's secret for. */
  readonly secret?: RoomSecret;
}

/** One device with the notebook open. */
class Device {
  readonly doc = new Y.Doc();
  readonly access: NotebookAccess;
  readonly sync: DocSync;
  readonly settings: MemorySettings;
  readonly #awareness = new Awareness(this.doc);
  readonly #links: MeshLinks;

  constructor(name: string, signer = NodeSigner.create(), settings = new MemorySettings(), through: Through = {}) {
    const base = `http://127.0.0.1:${through.port ?? host.port}`;
    const common = { signer, logger: silentLogger };
    this.settings = settings;
    this.access = new NotebookAccess({ room: { ...room, ...secretIn(through) }, settings, ...common });
    const board = new HubAccess({ room: room.id, host: new URL(base).host, name: () => name, ...common });
    const hub = new HubDocSource({
      url: hubUrlWithAccess(base, room.id),
      WebSocket,
      clock: systemClock,
      logger: silentLogger,
      access: board,
      mayPassOn: () => mayEdit(roleOf(this.access.membership.get(), signer.peer)),
    });
    this.sync = new DocSync({
      document: { doc: this.doc, awareness: this.#awareness },
      device: signer.peer,
      storage: undefined,
      networks: [hub],
      board: { replicas: new Value<readonly PeerView[]>([]), publishDigest: () => undefined },
      clock: systemClock,
      logger: silentLogger,
    });
    this.access.follow(board);
    const links = new MemoryDocSource(mesh);
    const attach = links.attach.bind(links);
    const sources = [{ kind: links.kind, keepsRules: through.keepsRules === true, attach }];
    this.#links = new MeshLinks({ sync: this.sync, access: this.access, clock: systemClock, sources });
    open.push(this);
  }

  get role(): string {
    return this.access.view.get().role;
  }

  get hub(): SourceStatus | undefined {
    return this.sync.view.get().sources.find(({ kind }) => kind === "hub")?.status;
  }

  get kinds(): readonly string[] {
    return this.sync.view.get().sources.map(({ kind }) => kind);
  }

  async close(): Promise<void> {
    this.#links.close();
    this.access.close();
    await this.sync.close();
    this.#awareness.destroy();
  }
}

const secretIn = ({ secret }: Through): Partial<RoomRef> => (secret === undefined ? {} : { secret });

beforeEach(async () => {
  host = await HubHost.start();
  room = foundRoom(owner.publicKey);
  mesh = new MemoryHub({ clock: systemClock, stores: false, kind: "webrtc" });
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((device) => device.close()));
  await host.close();
});

const cells = (device: Device): Y.Map<unknown> => device.doc.getMap("cells");

describe("the rules of a notebook", () => {
  it("are made by the founder, told to everybody, kept by the host, and lifted again", async () => {
    const teacher = new Device("Tess", owner);
    const student = new Device("Ana");
    await untilTrue("both are connected", () => teacher.access.told.get() && student.access.told.get());
    expect([teacher.role, student.role]).toEqual(["teacher", "editor"]);
    expect(teacher.access.view.get()).toMatchObject({
      manages: true,
      appoints: true,
      enforced: true,
      blind: false,
      restricted: false,
    });
    await untilTrue("the teacher sees who has come", () => teacher.access.view.get().members.length === 1);
    expect(teacher.access.view.get().members).toMatchObject([
      { name: "Ana", role: "editor", named: false, here: true },
    ]);

    await teacher.access.setRole(EVERYBODY, "viewer", "");
    await untilTrue("the student knows", () => student.role === "viewer");
    expect(student.access.view.get().founder).toBe(owner.peer);
    cells(student).set("mine", "x");
    await untilTrue("the host refuses", () => student.access.view.get().refused !== undefined);
    const hub = student.sync.view.get().sources.find(({ kind }) => kind === "hub")?.status;
    expect(hub).toMatchObject({ state: "connected", held: false, warning: { code: "refused" } });
    expect(student.sync.view.get().heldByHost).toBe(false);
    cells(teacher).set("c", "y");
    await untilTrue("the student still reads", () => cells(student).has("c"));
    expect(cells(teacher).has("mine")).toBe(false);

    await teacher.access.setRole(EVERYBODY, "editor", "");
    await untilTrue("what was refused is given once more", () => cells(teacher).has("mine"));
    await untilTrue("and held", () => student.sync.view.get().heldByHost === true);
    expect([student.role, student.access.view.get().refused]).toEqual(["editor", undefined]);
  });

  it("close direct ways as soon as somebody may not write, and open none where it is known before", async () => {
    const teacher = new Device("Tess", owner);
    const student = new Device("Ana");
    await untilTrue("both have a direct way", () => [teacher, student].every(({ kinds }) => kinds.includes("webrtc")));
    await teacher.access.setRole(EVERYBODY, "runner", "");
    await untilTrue("the direct ways are gone", () =>
      [teacher, student].every(({ kinds }) => !kinds.includes("webrtc")),
    );
    await teacher.access.setRole(EVERYBODY, "editor", "");
    await untilTrue("they are back", () => [teacher, student].every(({ kinds }) => kinds.includes("webrtc")));
    await teacher.access.setRole(EVERYBODY, "runner", "");
    await untilTrue("the student knows", () => student.role === "runner");
    await student.close();
    const again = new Device("Ana", NodeSigner.create(), student.settings);
    expect(again.role).toBe("runner");
    await untilTrue("it is connected", () => again.access.told.get());
    expect(again.kinds).toEqual(["hub"]);
  });

  it("leave ways open whose receivers keep to them, at once where rules are known, but not for who is taken out", async () => {
    const keepsRules = { keepsRules: true };
    const teacher = new Device("Tess", owner, undefined, keepsRules);
    const student = new Device("Ana", undefined, undefined, keepsRules);
    await untilTrue("both have a direct way", () => [teacher, student].every(({ kinds }) => kinds.includes("webrtc")));
    await teacher.access.setRole(EVERYBODY, "viewer", "");
    await untilTrue("the student knows", () => student.role === "viewer");
    expect([teacher.kinds, student.kinds]).toEqual([
      ["hub", "webrtc"],
      ["hub", "webrtc"],
    ]);
    // No host tells it anything, and no time has passed.
    const offline = new Device("Ben", undefined, student.settings, { ...keepsRules, port: 1 });
    await untilTrue("it is loaded", () => offline.sync.loaded.get());
    expect([offline.role, offline.access.told.get(), offline.kinds]).toEqual(["viewer", false, ["hub", "webrtc"]]);
    await teacher.access.setRole(EVERYBODY, "none", "");
    // As over a link: the host does not tell those whom it turns away.
    const said = teacher.access.statements.get();
    const forged = said.map((bytes) => bytes.map((byte, at) => (at === 5 ? byte ^ 1 : byte)));
    expect([await offline.access.hear(forged), offline.role]).toEqual([false, "viewer"]);
    expect([await student.access.hear(said), student.role]).toEqual([true, "none"]);
    await untilTrue("the student's direct way is gone", () => !student.kinds.includes("webrtc"));
    expect(teacher.kinds).toContain("webrtc");
  });

  it("blame no reader for what others wrote while the host was away, and say that it is held when they have brought it", async () => {
    const [cable, other] = [await CuttableProxy.start(host.port), await CuttableProxy.start(host.port)];
    const keepsRules = true;
    const teacher = new Device("Tess", owner, undefined, { keepsRules, port: cable.port });
    const reader = new Device("Ana", undefined, undefined, { keepsRules, port: other.port });
    await untilTrue("both are linked", () => [teacher, reader].every(({ kinds }) => kinds.includes("webrtc")));
    await teacher.access.setRole(EVERYBODY, "viewer", "");
    await untilTrue("the reader knows", () => reader.role === "viewer");
    const blamed: unknown[] = [];
    reader.access.view.subscribe(() => blamed.push(...[reader.access.view.get().refused].filter((one) => one)));

    // A key at a time, by link and by host: what comes twice is no matter.
    for (let key = 0; key < 20; key++) cells(teacher).set(`key ${key}`, key);
    await untilTrue("all is held", () => [teacher, reader].every(({ sync }) => sync.view.get().heldByHost === true));

    for (const one of [cable, other]) one.cut();
    await untilTrue("the host is away", () => reader.sync.view.get().heldByHost === false);
    cells(teacher).set("alone", 1);
    await untilTrue("it came directly", () => cells(reader).has("alone"));
    other.mend();
    await untilTrue("the reader is back", () => reader.hub?.state === "connected");
    expect(reader.sync.view.get().heldByHost).toBe(false);
    cable.mend();
    await untilTrue("all is held", () => [teacher, reader].every(({ sync }) => sync.view.get().heldByHost === true));
    expect(blamed).toEqual([]);
    await Promise.all([cable.close(), other.close()]);
  });

  it("let a teacher in office say who may edit, and no other", async () => {
    const teacher = new Device("Tess", owner);
    const [anaKey, benKey] = [NodeSigner.create(), NodeSigner.create()];
    const [ana, ben] = [new Device("Ana", anaKey), new Device("Ben", benKey)];
    await untilTrue("all are there", () => teacher.access.view.get().members.length === 2 && ben.access.told.get());
    await expect(ana.access.setRole(benKey.peer, "none", "Ben")).rejects.toThrow("Only who made this notebook");
    await teacher.access.setRole(anaKey.peer, "teacher", "Ana");
    await untilTrue("Ana is a teacher", () => ana.access.view.get().manages);
    await ana.access.setRole(benKey.peer, "viewer", "Ben");
    await untilTrue("Ben may read", () => ben.role === "viewer");
    await expect(ana.access.setRole(benKey.peer, "teacher", "Ben")).rejects.toThrow("Only who made this notebook");
    await untilTrue("the list says so", () =>
      teacher.access.view.get().members.some(({ name, role, here }) => name === "Ben" && role === "viewer" && here),
    );
  });

  it("said while the host is away are given to it later", async () => {
    const teacher = new Device("Tess", owner);
    await untilTrue("it is connected", () => teacher.access.told.get());
    await teacher.sync.close();
    await teacher.access.setRole(EVERYBODY, "viewer", "");
    await teacher.close();
    const again = new Device("Tess", owner, teacher.settings);
    expect(again.access.view.get().everybody).toBe("viewer");
    const student = new Device("Ana");
    await untilTrue("the student is told", () => student.role === "viewer");
  });
});

describe("a link with a wrong key", () => {
  const miscopied = (): RoomSecret => asRoomSecret(room.secret.map((byte, at) => (at === 31 ? byte ^ 4 : byte)));
  const isWrong = ({ access }: Device): boolean => access.view.get().wrongKey;

  it("is told from the right one once the host has seen who made the notebook, and ever after", async () => {
    const early = new Device("Ben", undefined, undefined, { secret: miscopied() });
    await untilTrue("it is told all that the host knows", () => early.access.told.get());
    expect(isWrong(early)).toBe(false);
    const teacher = new Device("Tess", owner);
    await untilTrue("who is here hears of it", () => isWrong(early));
    await teacher.close();

    const right = new Device("Ana");
    const late = new Device("Cem", undefined, undefined, { secret: miscopied() });
    await untilTrue("both are told", () => [right, late].every(({ access }) => access.told.get()));
    expect([right, late].map(isWrong)).toEqual([false, true]);
    // It is open as it was: the key says who founded it, not who may come in.
    cells(late).set("written", 1);
    await untilTrue("it comes to who has the right one", () => cells(right).has("written"));
  });

  it("is none any more when the right key has come", async () => {
    const teacher = new Device("Tess", owner);
    const keyless = new Device("Ben", undefined, undefined, { secret: miscopied() });
    await untilTrue("it is noticed", () => isWrong(keyless));
    keyless.access.learnSecret(room.secret);
    expect(isWrong(keyless)).toBe(false);
    await teacher.access.setRole(EVERYBODY, "viewer", "");
    await untilTrue("rules are understood", () => keyless.role === "viewer");
  });
});

// A blind host's hub on its own archive, in this process and without the rest of the host: real sockets, real LevelDB.
// Everything that goes over its sockets is recorded, for tests that look for what must not be there.

import { cpSync, mkdtempSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";
import { Awareness } from "y-protocols/awareness";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { HubAccess } from "#shared/adapters/hub/HubAccess.ts";
import { HubDocSource, hubUrl, hubUrlWithAccess } from "#shared/adapters/hub/HubDocSource.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { Value } from "#shared/base/value.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { AttachedSource, SourceStatus } from "#shared/ports/DocSource.ts";
import type { Signer } from "#shared/ports/Signer.ts";
import type { RoomRef } from "#shared/rooms/roomLink.ts";
import { HUB_SEALED, type HubMode } from "#shared/contracts/host/sealedHub.ts";
import { RoomSealer } from "#shared/rooms/RoomSealer.ts";
import { acceptUpgrades } from "../../../broker/http/acceptUpgrades.ts";
import { AccessFiles } from "../../../broker/sync/access/AccessFiles.ts";
import { SealedArchive } from "../../../broker/sync/sealed/SealedArchive.ts";
import { SyncHub } from "../../../broker/sync/SyncHub.ts";

const options = { clock: systemClock, logger: silentLogger };

export class BlindHubHost {
  readonly folder: string;
  /** Every message that came in or went out, as bytes. */
  readonly wire: Buffer[] = [];
  readonly #server: Server;
  readonly #closeSockets: () => Promise<void>;
  #archive: SealedArchive;
  #hub: SyncHub;

  private constructor(folder: string, archive: SealedArchive, accessFiles: AccessFiles) {
    this.folder = folder;
    this.#archive = archive;
    this.#hub = new SyncHub({ sealed: archive, accessFiles, ...options });
    this.#server = createServer((_request, response) => response.end());
    this.#closeSockets = acceptUpgrades(
      this.#server,
      {
        hub: (socket, room, client) => {
          socket.on("message", (data: Buffer) => this.wire.push(Buffer.from(data)));
          const send = socket.send.bind(socket);
          // reason: only this way of calling it is used by the hub.
          socket.send = ((data: Uint8Array) => {
            this.wire.push(Buffer.from(data));
            send(data);
          }) as typeof socket.send;
          this.#hub.accept(socket, room, client);
        },
        hubProtocol: HUB_SEALED,
        signalling: (socket) => socket.close(),
        mqtt: (socket) => socket.close(),
      },
      silentLogger,
    );
  }

  static async start(): Promise<BlindHubHost> {
    const folder = await mkdtemp(join(tmpdir(), "meshbook-blind-"));
    const archive = await SealedArchive.open({ folder: join(folder, "sealed"), ...options });
    const host = new BlindHubHost(folder, archive, await AccessFiles.open(join(folder, "access")));
    await new Promise<void>((resolve) => host.#server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What a member would find of a room if the power went out now. */
  async diskNow({ id, secret }: RoomRef): Promise<Uint8Array> {
    const copy = mkdtempSync(join(tmpdir(), "meshbook-disk-"));
    cpSync(join(this.folder, "sealed"), copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
    const archive = await SealedArchive.open({ folder: copy, ...options });
    const sealer = new RoomSealer({ id, secret });
    try {
      const { pieces, entries } = await archive.load(id);
      const updates = [...pieces, ...entries.map(({ sealed }) => sealed)].flatMap(
        (sealed) => sealer.open("update", sealed) ?? [],
      );
      return updates.length === 0 ? new Uint8Array([0, 0]) : Y.mergeUpdates(updates);
    } finally {
      await archive.close();
      await rm(copy, { recursive: true, force: true });
    }
  }

  /** Whether these words stand anywhere in what it stored or what went over its sockets. */
  async knows(words: string): Promise<boolean> {
    if (this.wire.some((message) => message.includes(words))) return true;
    for (const entry of await readdir(this.folder, { recursive: true, withFileTypes: true })) {
      // A draft may be gone by the time it is read.
      const content = entry.isFile() ? await readFile(join(entry.parentPath, entry.name)).catch(() => "") : "";
      if (content.includes(words)) return true;
    }
    return false;
  }

  /** Ends the hub with everything in its memory; `change` may do something to its files before it is there again. */
  async restart(change: (archive: SealedArchive) => Promise<void> = () => Promise.resolve()): Promise<void> {
    await this.#closeSockets();
    await this.#hub.close();
    await change(this.#archive);
    await this.#archive.close();
    this.#archive = await SealedArchive.open({ folder: join(this.folder, "sealed"), ...options });
    const accessFiles = await AccessFiles.open(join(this.folder, "access"));
    this.#hub = new SyncHub({ sealed: this.#archive, accessFiles, ...options });
  }

  async close(): Promise<void> {
    await this.#closeSockets();
    await this.#hub.close();
    await this.#archive.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A member of a room, as an open notebook attaches to its host. */
export class BlindMember {
  readonly doc = new Y.Doc();
  readonly awareness = new Awareness(this.doc);
  readonly statuses: SourceStatus[] = [];
  readonly mode: Value<HubMode>;
  readonly access: HubAccess | undefined;
  readonly attached: AttachedSource;

  constructor(room: RoomRef, base: string, given: { mode?: HubMode; signer?: Signer; doc?: Uint8Array } = {}) {
    const { signer } = given;
    if (given.doc !== undefined) Y.applyUpdate(this.doc, given.doc);
    this.mode = new Value<HubMode>(given.mode ?? "unknown");
    const { host } = new URL(base);
    const name = (): string => "somebody";
    this.access = signer && new HubAccess({ room: room.id, host, signer, name, logger: silentLogger });
    const source = new HubDocSource({
      ...sourceOptions(room, base, this.mode),
      url: signer === undefined ? hubUrl(base, room.id) : hubUrlWithAccess(base, room.id),
      ...(this.access === undefined ? {} : { access: this.access }),
    });
    this.attached = source.attach({ doc: this.doc, awareness: this.awareness }, (status) => this.statuses.push(status));
  }

  get status(): SourceStatus | undefined {
    return this.statuses.at(-1);
  }

  get held(): boolean {
    return this.status?.state === "connected" && this.status.held;
  }

  get text(): string {
    return this.doc.getText("t").toJSON();
  }

  write(words: string): void {
    const text = this.doc.getText("t");
    text.insert(text.length, words);
  }

  async leave(): Promise<void> {
    await this.attached.detach();
    this.awareness.destroy();
  }
}

export function sourceOptions(
  room: RoomRef,
  base: string,
  mode = new Value<HubMode>("unknown"),
  clock: Clock = systemClock,
): ConstructorParameters<typeof HubDocSource>[0] {
  const sealing = { sealer: new RoomSealer(room), mode };
  return { url: hubUrl(base, room.id), WebSocket, clock, logger: silentLogger, sealing };
}

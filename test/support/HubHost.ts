// The class host's own hub on its own archive, in this process and without the rest of the host: real sockets, real LevelDB.

import { cpSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Y from "yjs";
import { silentLogger } from "#shared/adapters/consoleLogger.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { RoomId } from "#shared/base/ids.ts";
import type { Archive } from "../../broker/archive/Archive.ts";
import { acceptUpgrades } from "../../broker/http/acceptUpgrades.ts";
import { Signalling } from "../../broker/signalling/Signalling.ts";
import type { AccessFiles } from "../../broker/sync/access/AccessFiles.ts";
import { SyncHub } from "../../broker/sync/SyncHub.ts";
import { createArchiveFolder, openArchiveFolder, type ArchiveFolder } from "./archiveFolder.ts";

interface Stores {
  readonly archive: Archive;
  readonly accessFiles: AccessFiles;
}

export class HubHost {
  readonly #folder: ArchiveFolder;
  #archive: Archive;
  #hub: SyncHub;
  readonly #server: Server;
  readonly #closeSockets: () => Promise<void>;

  private constructor(folder: ArchiveFolder, { archive, accessFiles }: Stores, script: string) {
    this.#folder = folder;
    this.#archive = archive;
    this.#hub = new SyncHub({ archive, accessFiles, clock: systemClock, logger: silentLogger });
    const signalling = new Signalling(systemClock, silentLogger);
    const html = `<!doctype html><meta charset="utf-8"><title>test page</title><body><script src="/page.js"></script>`;
    this.#server = createServer((request, response) => {
      const isScript = request.url === "/page.js";
      response.setHeader("Content-Type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
      response.end(isScript ? script : html);
    });
    this.#closeSockets = acceptUpgrades(
      this.#server,
      {
        hub: (socket, room, client) => this.#hub.accept(socket, room, client),
        signalling: (socket) => signalling.accept(socket),
        mqtt: (socket) => socket.close(),
      },
      silentLogger,
    );
  }

  /** `script`: of the one page it serves. */
  static async start(script = ""): Promise<HubHost> {
    const folder = await createArchiveFolder();
    const stores = { archive: await folder.open(), accessFiles: await folder.accessFiles() };
    const host = new HubHost(folder, stores, script);
    await new Promise<void>((resolve) => host.#server.listen(0, "127.0.0.1", resolve));
    return host;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** What would be found of a room if the power went out now: the files as they are at this instant. */
  async diskNow(room: RoomId): Promise<Uint8Array> {
    const copy = mkdtempSync(join(tmpdir(), "meshbook-disk-"));
    cpSync(this.#folder.path, copy, { recursive: true, filter: (path) => !path.endsWith("LOCK") });
    const archive = await openArchiveFolder(copy).open();
    try {
      const rows = await archive.load(room);
      return rows.length === 0 ? new Uint8Array([0, 0]) : Y.mergeUpdates(rows.map((row) => row.content));
    } finally {
      await archive.close();
      await rm(copy, { recursive: true, force: true });
    }
  }

  /** Ends the hub with everything in its memory, and starts another on the same files, behind the same address. */
  async restart(): Promise<void> {
    await this.#closeSockets();
    await this.#hub.close();
    await this.#archive.close();
    this.#archive = await this.#folder.open();
    const stores = { archive: this.#archive, accessFiles: await this.#folder.accessFiles() };
    this.#hub = new SyncHub({ ...stores, clock: systemClock, logger: silentLogger });
  }

  async close(): Promise<void> {
    await this.#closeSockets();
    await this.#hub.close();
    await this.#archive.close();
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await this.#folder.remove();
  }
}

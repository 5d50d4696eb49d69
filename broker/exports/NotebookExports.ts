// A current `.ipynb` beside every notebook that the host holds, so that nobody needs Meshbook to read what they wrote.
// Files are written, never read back: what is done to them changes nothing in the class.

import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Dispose } from "#shared/base/dispose.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { seconds, type Milliseconds } from "#shared/base/units.ts";
import type { Clock } from "#shared/ports/Clock.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import type { Archive } from "../archive/Archive.ts";
import { writeAtomically } from "../files/writeAtomically.ts";
import { ExporterThread } from "./ExporterThread.ts";
import { readExportIndex, writeExportIndex } from "./exportIndex.ts";
import { exportName, nameKey } from "./exportName.ts";
import type { ExportedNotebook } from "./exportNotebook.ts";
import { ExportSchedule } from "./ExportSchedule.ts";

/** How long stopping waits for files; what is not written then is written at the next start. */
const FINISH_LIMIT: Milliseconds = seconds(3);
const INDEX = ".exports.json";

export interface NotebookExportsOptions {
  readonly archive: Archive;
  /** Folder of the files. */
  readonly folder: string;
  /** Folder of the host's blobs, where outputs are. */
  readonly blobs: string;
  /** The built entry of the exporter thread. */
  readonly script: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

export class NotebookExports {
  readonly #options: NotebookExportsOptions;
  readonly #thread: ExporterThread;
  readonly #schedule: ExportSchedule;
  readonly #files: Map<RoomId, string>;
  /** `nameKey` → the room that has it. */
  readonly #owners: Map<string, RoomId>;
  readonly #unsubscribe: Dispose;

  private constructor(options: NotebookExportsOptions, files: ReadonlyMap<RoomId, string>) {
    this.#options = options;
    this.#thread = new ExporterThread(options.script, options.clock);
    this.#schedule = new ExportSchedule((room) => this.#export(room), options.clock);
    this.#files = new Map(files);
    this.#owners = new Map([...files].map(([room, name]) => [nameKey(name), room]));
    this.#unsubscribe = options.archive.onStored((room) => this.note(room));
  }

  /** Begins to export what changes; after a crash, first everything there is. Rejects if the folder cannot be used. */
  static async start(options: NotebookExportsOptions): Promise<NotebookExports> {
    const { archive, folder } = options;
    await mkdir(folder, { recursive: true });
    await removeDrafts(folder);
    const index = await readExportIndex(join(folder, INDEX));
    await writeExportIndex(join(folder, INDEX), { files: index.files, current: false });
    const exports = new NotebookExports(options, index.files);
    if (!index.current) for (const room of await archive.rooms()) exports.note(room);
    return exports;
  }

  /** Something of this room has changed: its document, or an output that came later than its document. */
  note(room: RoomId): void {
    this.#schedule.note(room);
  }

  /** Writes what waits, as far as time allows. The archive must still be open. */
  async close(): Promise<void> {
    this.#unsubscribe();
    const current = await this.#schedule.finish(FINISH_LIMIT);
    await this.#thread.close();
    await writeExportIndex(join(this.#options.folder, INDEX), { files: this.#files, current });
  }

  /** Never rejects; false if it must be tried again. */
  async #export(room: RoomId): Promise<boolean> {
    const { archive, blobs, logger } = this.#options;
    try {
      const updates = await archive.peek(room);
      const reply = await this.#thread.run({ type: "export", room, blobs, updates });
      if (reply.type === "exported") await this.#write(room, reply.notebook);
      if (reply.type === "failed") logger.warn("a notebook was not exported", { room, reason: reply.message });
      return reply.type !== "failed";
    } catch (error) {
      logger.warn("a notebook was not exported", { room, error });
      return false;
    }
  }

  async #write(room: RoomId, { title, bytes }: ExportedNotebook): Promise<void> {
    const { folder } = this.#options;
    const name = exportName(title, room, (wanted) => (this.#owners.get(nameKey(wanted)) ?? room) !== room);
    const old = this.#files.get(room);
    const path = join(folder, name);
    // A file that says the same keeps its date.
    if (!(await holds(path, bytes))) await writeAtomically(path, bytes);
    if (old === name) return;
    if (old !== undefined) this.#owners.delete(nameKey(old));
    this.#files.set(room, name);
    this.#owners.set(nameKey(name), room);
    await writeExportIndex(join(folder, INDEX), { files: this.#files, current: false });
    // Only after the new name is written and noted. The two may be one file where case is not told apart.
    if (old !== undefined && nameKey(old) !== nameKey(name)) await rm(join(folder, old), { force: true });
  }
}

async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  try {
    return Buffer.compare(await readFile(path), bytes) === 0;
  } catch {
    return false;
  }
}

/** What a crash left half written. */
async function removeDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (/^\.[\w-]+\.tmp$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

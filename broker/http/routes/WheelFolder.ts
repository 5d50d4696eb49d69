import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { hashAside } from "#shared/base/hash.ts";
import { isWheelName, OFFERED_LIMIT, WHEELS_PATH, type OfferedWheel } from "#shared/contracts/kernel/wheels.ts";
import { BLOB_HEADERS } from "#shared/contracts/host/pageHeaders.ts";
import { readWheel } from "#shared/packages/wheels/readWheel.ts";
import { WHEEL_SIZE } from "#shared/packages/wheels/wheelLimits.ts";
import type { Logger } from "#shared/ports/Logger.ts";
import { sendText } from "../sendText.ts";

interface Known {
  readonly modified: number;
  readonly size: number;
  /** Undefined for what cannot be offered. */
  readonly wheel: OfferedWheel | undefined;
}

/**
 * Packages of Python that whoever runs the host has put into a folder (`--wheels`), offered to the pages and agents of the
 * class. The folder is read anew at each request for the list, files that have not changed are not.
 */
export class WheelFolder {
  readonly #folder: string;
  readonly #logger: Logger;
  readonly #known = new Map<string, Known>();
  #listing: Promise<readonly OfferedWheel[]> | undefined;

  constructor(folder: string, logger: Logger) {
    this.#folder = folder;
    this.#logger = logger;
  }

  /** Answers for a path below `WHEELS_PATH`. */
  async handle(path: string, method: string | undefined, response: ServerResponse): Promise<void> {
    const file = path.slice(WHEELS_PATH.length);
    if (file === "") await this.#sendList(response);
    else await this.#sendFile(file, method, response);
  }

  /** What can be offered now. Those who ask at the same time, as a class does, get one answer. */
  list(): Promise<readonly OfferedWheel[]> {
    this.#listing ??= this.#list().finally(() => (this.#listing = undefined));
    return this.#listing;
  }

  async #list(): Promise<readonly OfferedWheel[]> {
    const names = (await readdir(this.#folder)).filter(isWheelName).sort().slice(0, OFFERED_LIMIT);
    const found: OfferedWheel[] = [];
    // One after the other: a folder of packages is some hundred megabytes, which must not be in memory at once.
    for (const name of names) {
      const wheel = await this.#read(name);
      if (wheel !== undefined) found.push(wheel);
    }
    return found;
  }

  async #read(file: string): Promise<OfferedWheel | undefined> {
    const path = join(this.#folder, file);
    try {
      const stats = await stat(path);
      const { mtimeMs: modified, size } = stats;
      const known = this.#known.get(file);
      if (known?.modified === modified && known.size === size) return known.wheel;
      const wheel = stats.isFile() && size <= WHEEL_SIZE ? await describe(file, path) : undefined;
      this.#known.set(file, { modified, size, wheel });
      if (wheel === undefined) this.#logger.warn("a file in the folder of wheels cannot be offered", { file });
      return wheel;
    } catch (error) {
      this.#logger.warn("a file in the folder of wheels cannot be read", { file, error });
      return undefined;
    }
  }

  async #sendList(response: ServerResponse): Promise<void> {
    let wheels: readonly OfferedWheel[];
    try {
      wheels = await this.list();
    } catch (error) {
      this.#logger.warn("the folder of wheels cannot be read", { error });
      sendText(response, 404, "the folder of wheels cannot be read");
      return;
    }
    response.writeHead(200, {
      ...BLOB_HEADERS,
      "Content-Type": "application/json; charset=utf-8",
      "Cache-Control": "no-store",
    });
    response.end(JSON.stringify({ wheels }));
  }

  async #sendFile(file: string, method: string | undefined, response: ServerResponse): Promise<void> {
    const path = join(this.#folder, file);
    const stats = isWheelName(file) ? await stat(path).catch(() => undefined) : undefined;
    if (stats?.isFile() !== true) {
      sendText(response, 404, "no such wheel");
      return;
    }
    response.writeHead(200, { ...BLOB_HEADERS, "Cache-Control": "no-cache", "Content-Length": stats.size });
    if (method === "HEAD") {
      response.end();
      return;
    }
    const stream = createReadStream(path);
    stream.on("error", () => response.destroy());
    response.on("close", () => stream.destroy());
    stream.pipe(response);
  }
}

/** Libraries that packages share come as zip files without a description. */
async function describe(file: string, path: string): Promise<OfferedWheel | undefined> {
  const content = new Uint8Array(await readFile(path));
  const hash = await hashAside(content);
  if (file.endsWith(".zip")) return { file, hash, imports: [], needs: [] };
  const facts = await readWheel(content);
  return facts.ok ? { file, hash, ...facts.value } : undefined;
}

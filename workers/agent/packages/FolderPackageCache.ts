import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { contentHashOfText, hashAside } from "#shared/base/hash.ts";
import type { ContentHash } from "#shared/base/ids.ts";
import { readPackagePin } from "#shared/notebook/packagePins.ts";
import { graphHash, readGraph, type ModuleGraph } from "#shared/packages/ModuleGraph.ts";
import type { PackageCache } from "#shared/packages/PackageCache.ts";
import type { PackagePin } from "#shared/packages/PackagePins.ts";
import type { WheelCache } from "#shared/packages/wheels/WheelCache.ts";

/** Packages in a folder, each in a file named by its hash. Losing it loses nothing that cannot be loaded again. */
export class FolderPackageCache implements PackageCache, WheelCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async wheel(hash: ContentHash): Promise<Blob | undefined> {
    const bytes = await this.#read("wheels", hash);
    return bytes !== undefined && (await hashAside(bytes)) === hash ? new Blob([bytes]) : undefined;
  }

  async keepWheel(hash: ContentHash, content: Uint8Array<ArrayBuffer>): Promise<Blob> {
    await this.#write("wheels", hash, content);
    return new Blob([content]);
  }

  async graph(hash: ContentHash): Promise<ModuleGraph | undefined> {
    const graph = readGraph(await this.#readJson("graphs", hash));
    return graph !== undefined && graphHash(graph) === hash ? graph : undefined;
  }

  async pin(address: string): Promise<PackagePin | undefined> {
    return readPackagePin(await this.#readJson("addresses", contentHashOfText(address)));
  }

  async keep(hash: ContentHash, graph: ModuleGraph, addresses: readonly string[]): Promise<void> {
    await this.#write("graphs", hash, JSON.stringify(graph));
    const pin: PackagePin = { url: addresses.at(-1) ?? graph.entry, hash };
    for (const address of addresses) await this.#write("addresses", contentHashOfText(address), JSON.stringify(pin));
  }

  async #readJson(kind: string, name: string): Promise<unknown> {
    try {
      return JSON.parse(new TextDecoder().decode(await this.#read(kind, name)));
    } catch {
      // Not there, or written by a machine that died.
      return undefined;
    }
  }

  async #read(kind: string, name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return readFile(join(this.#folder, kind, name)).then(
      (bytes) => new Uint8Array(bytes),
      () => undefined,
    );
  }

  /** What the disk refuses is loaded again the next time. */
  async #write(kind: string, name: string, content: Uint8Array | string): Promise<void> {
    const path = join(this.#folder, kind, name);
    const draft = `${path}.${process.pid}.tmp`;
    try {
      await mkdir(join(this.#folder, kind), { recursive: true });
      await writeFile(draft, content);
      await rename(draft, path);
    } catch {
      // Full, or not ours to write.
    }
  }
}

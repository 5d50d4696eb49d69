import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import { hashAside } from "#shared/base/hash.ts";
import { ContentHash } from "#shared/base/ids.ts";
import { isRecord, readString } from "#shared/base/parse.ts";
import { graphHash, readGraph, type ModuleGraph } from "#shared/packages/ModuleGraph.ts";
import type { PackageCache } from "#shared/packages/PackageCache.ts";
import type { WheelCache } from "#shared/packages/wheels/WheelCache.ts";
import { WHEEL_SIZE } from "#shared/packages/wheels/wheelLimits.ts";
import type { PackagePin } from "#shared/packages/PackagePins.ts";

/** Names are stored for ever. */
interface PackageSchema extends DBSchema {
  /** `graphHash` → graph. */
  graphs: { key: string; value: unknown };
  /** Address → pin. */
  addresses: { key: string; value: unknown };
  /** SHA-256 → wheel of a package of Python. */
  wheels: { key: string; value: unknown };
}

const NAME = "meshbook-packages";
const VERSION = 1;
const STORES = ["graphs", "addresses", "wheels"] as const;
const ADDRESS_LIMIT = 4_000;

/** Beside the device's other database: losing it loses nothing that cannot be loaded again. */
export class IndexedDbPackageCache implements PackageCache, WheelCache {
  #connection: Promise<IDBPDatabase<PackageSchema>> | undefined;

  async graph(hash: ContentHash): Promise<ModuleGraph | undefined> {
    const graph = readGraph(await this.#try((db) => db.get("graphs", hash)));
    return graph !== undefined && graphHash(graph) === hash ? graph : undefined;
  }

  async pin(address: string): Promise<PackagePin | undefined> {
    const found = await this.#try((db) => db.get("addresses", address));
    if (!isRecord(found)) return undefined;
    const url = readString(found["url"], ADDRESS_LIMIT);
    const hash = ContentHash.parse(found["hash"]);
    return url === undefined || hash === undefined ? undefined : { url, hash };
  }

  async keep(hash: ContentHash, graph: ModuleGraph, addresses: readonly string[]): Promise<void> {
    const pin: PackagePin = { url: addresses.at(-1) ?? graph.entry, hash };
    await this.#try(async (db) => {
      const transaction = db.transaction(["graphs", "addresses"], "readwrite");
      const writes = [
        transaction.objectStore("graphs").put(graph, hash),
        ...addresses.map((address) => transaction.objectStore("addresses").put(pin, address)),
      ];
      await Promise.all([...writes, transaction.done]);
    });
  }

  async wheel(hash: ContentHash): Promise<Blob | undefined> {
    const found = await this.#try((db) => db.get("wheels", hash));
    if (!(found instanceof Blob) || found.size > WHEEL_SIZE) return undefined;
    try {
      return (await hashAside(new Uint8Array(await found.arrayBuffer()))) === hash ? found : undefined;
    } catch {
      // Its bytes are gone: browsers keep them beside the database.
      return undefined;
    }
  }

  async keepWheel(hash: ContentHash, content: Uint8Array<ArrayBuffer>): Promise<Blob> {
    const blob = new Blob([content]);
    await this.#try((db) => db.put("wheels", blob, hash));
    return blob;
  }

  /** Undefined where storage does not work: then packages are loaded each time. */
  async #try<Found>(work: (db: IDBPDatabase<PackageSchema>) => Promise<Found>): Promise<Found | undefined> {
    try {
      return await work(await this.#open());
    } catch {
      this.#connection = undefined;
      return undefined;
    }
  }

  #open(): Promise<IDBPDatabase<PackageSchema>> {
    this.#connection ??= openDB<PackageSchema>(NAME, VERSION, {
      upgrade: (db) => {
        for (const store of STORES) db.createObjectStore(store);
      },
      blocking: (_, __, event) => {
        (event.target as IDBDatabase | null)?.close(); // reason: what blocks is a connection.
        this.#connection = undefined;
      },
      terminated: () => (this.#connection = undefined),
    });
    return this.#connection;
  }
}

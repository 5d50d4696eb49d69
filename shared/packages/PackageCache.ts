import type { ContentHash } from "../base/ids.ts";
import type { ModuleGraph } from "./ModuleGraph.ts";
import type { PackagePin } from "./PackagePins.ts";

/** Packages kept on this device. What storage refuses is not kept; nothing here rejects. */
export interface PackageCache {
  /** Undefined unless it is there whole, and is what its hash says. */
  graph(hash: ContentHash): Promise<ModuleGraph | undefined>;
  /** What was found at an address that names no exact version. */
  pin(address: string): Promise<PackagePin | undefined>;
  keep(hash: ContentHash, graph: ModuleGraph, addresses: readonly string[]): Promise<void>;
}

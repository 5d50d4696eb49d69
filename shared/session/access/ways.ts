import type { DocSource, SourceKind } from "../../ports/DocSource.ts";
import type { RoomNetworks } from "../app/MeshbookPorts.ts";

/** Other windows of this device are bound by the same rules as this one. */
const BOUND: readonly SourceKind[] = ["hub", "tabs"];

/** Networks that may be used at once, and those that wait for the rules of the notebook (see `MeshLinks`). */
export function ways({ sources, access }: RoomNetworks): {
  readonly toHost: readonly DocSource[];
  readonly direct: readonly DocSource[];
} {
  if (access === undefined) return { toHost: sources, direct: [] };
  return {
    toHost: sources.filter(({ kind }) => BOUND.includes(kind)),
    direct: sources.filter(({ kind }) => !BOUND.includes(kind)),
  };
}

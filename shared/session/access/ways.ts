import type { DocSource } from "../../ports/DocSource.ts";
import type { RoomNetworks } from "../app/MeshbookPorts.ts";

/** Networks that may be used at once, and those that wait for the rules of the notebook (see `MeshLinks`). */
export function ways({ sources, access }: RoomNetworks): {
  readonly toHost: readonly DocSource[];
  readonly direct: readonly DocSource[];
} {
  if (access === undefined) return { toHost: sources, direct: [] };
  return {
    toHost: sources.filter(({ kind }) => kind === "hub"),
    direct: sources.filter(({ kind }) => kind !== "hub"),
  };
}

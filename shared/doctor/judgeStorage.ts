import { formatBytes, mib, type Bytes } from "../base/units.ts";
import type { Check } from "./check.ts";
import { skipped } from "./judgeEndpoints.ts";

/** What trying to write into a data folder came to. */
export type FolderFacts =
  | { readonly state: "writable" }
  /** It is not there; `parent` tells whether it could be made. */
  | { readonly state: "missing"; readonly creatable: boolean }
  | { readonly state: "not-a-folder" }
  | { readonly state: "read-only" }
  | { readonly state: "full" };

export function judgeDataFolder(path: string, facts: FolderFacts): Check {
  const id = "data-folder";
  const problem = (found: string, advice: string): Check => ({ id, state: "problem", found, advice });
  switch (facts.state) {
    case "writable":
      return { id, state: "ok", found: `${path} can be written.` };
    case "missing":
      return facts.creatable
        ? { id, state: "ok", found: `${path} is not there yet; the first start makes it.` }
        : problem(`${path} is not there and cannot be made.`, "Choose another folder with --data DIR.");
    case "not-a-folder":
      return problem(`${path} is not a folder.`, "Choose another with --data DIR, or move that file away.");
    case "read-only":
      return problem(
        `Nothing can be written into ${path}.`,
        "Give your user the right to write there, or choose another folder with --data DIR.",
      );
    case "full":
      return problem(`The disk that holds ${path} is full.`, "Free some space: nothing new can be kept until then.");
  }
}

/** What opening the archive came to, which only one process can do at a time. */
export type ArchiveFacts = "opens" | "in-use" | "missing" | "damaged" | "not-tried";

/** `byHost`: a class host that runs on this data folder answered. */
export function judgeArchive(facts: ArchiveFacts, byHost: boolean): Check {
  const id = "archive";
  switch (facts) {
    case "opens":
      return { id, state: "ok", found: "The archive opens." };
    case "missing":
      return skipped(id, "There is no archive yet.");
    case "not-tried":
      return skipped(id, "The archive was not opened, because the data folder cannot be written.");
    case "in-use":
      return byHost
        ? { id, state: "ok", found: "The archive is in use by the class host that runs here." }
        : {
            id,
            state: "problem",
            found: "The archive is in use by a program that does not answer.",
            advice: "End the `meshbook serve` that hangs, then start it again: what was kept stays kept.",
          };
    case "damaged":
      return {
        id,
        state: "problem",
        found: "The archive cannot be opened.",
        advice: "Start `meshbook serve` once, which repairs what can be repaired; else `meshbook restore` a backup.",
      };
  }
}

/** Below this the host refuses uploads, so that documents can still be stored (it keeps so much free). */
export const SPACE_PROBLEM: Bytes = mib(512);
/** Below this it is time to think about it. */
export const SPACE_WARNING: Bytes = mib(2048);

export function judgeFreeSpace(free: number | undefined): Check {
  const id = "free-space";
  if (free === undefined) return skipped(id, "The system did not say how much space is free.");
  const found = `Where the class is kept, ${formatBytes(free)} are free.`;
  if (free >= SPACE_WARNING) return { id, state: "ok", found };
  const advice = "Free some space on that disk.";
  if (free >= SPACE_PROBLEM) return { id, state: "warning", found, advice };
  return { id, state: "problem", found: `${found} Outputs and files are refused now.`, advice };
}

/** What a page finds out about the storage of its browser. */
export interface BrowserStorageFacts {
  /** Whether something could be written and read back. */
  readonly writable: boolean;
  /** Whether the browser promised to keep it; undefined if it cannot be asked (pages that are not secure). */
  readonly persistent: boolean | undefined;
  /** Bytes left for this page, if the browser says so. */
  readonly free: number | undefined;
}

export function judgeBrowserStorage({ writable, persistent, free }: BrowserStorageFacts): Check {
  const id = "browser-storage";
  if (!writable) {
    return {
      id,
      state: "problem",
      found: "This browser keeps nothing for this page, so edits live only until it is closed.",
      advice: "Leave private browsing, allow this page to keep data, or free space; until then download copies.",
    };
  }
  const left = free === undefined ? "" : ` About ${formatBytes(free)} are left.`;
  if (free !== undefined && free < mib(50)) {
    return {
      id,
      state: "warning",
      found: `What is saved here is kept.${left}`,
      advice: "Free space on this computer.",
    };
  }
  if (persistent === true) return { id, state: "ok", found: `What is saved here is kept until you delete it.${left}` };
  return {
    id,
    state: "ok",
    found: `What is saved here is kept, but the browser may clear it when the disk gets full.${left}`,
  };
}

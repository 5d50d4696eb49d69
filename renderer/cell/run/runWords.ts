import type { PeerId } from "#shared/base/ids.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { labelsInWords, readLabels } from "#shared/ports/agentLabels.ts";
import type { KernelWait } from "#shared/ports/Kernel.ts";
import type { CellActivity } from "#shared/session/views.ts";
import { momentWords } from "../../history/historyWords.ts";
import { placeInWords } from "../../jobs/placeWords.ts";
import { languageName } from "../../jobs/runnable.ts";

/** Milliseconds after which a run is long enough for its time to be shown. */
const SHOW_ELAPSED = 1_000;

/** A length of time for people: `12 ms`, `3.4 s`, `2 min 5 s`. */
export function durationInWords(duration: number): string {
  if (duration < 1_000) return `${Math.round(duration)} ms`;
  if (duration < 60_000) return `${(duration / 1_000).toFixed(1)} s`;
  return elapsedInWords(duration);
}

/** How long something has gone on, in whole seconds: `3 s`, `2 min 5 s`. */
export function elapsedInWords(duration: number): string {
  const seconds = Math.max(0, Math.floor(duration / 1_000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** What goes on in a cell; undefined when nothing does. */
export function activityInWords(activity: CellActivity, now: number): string | undefined {
  switch (activity.state) {
    case "idle":
      return undefined;
    case "queued": {
      const place = activity.where === "here" ? "" : ` for ${activity.where}`;
      return activity.ahead === 0 ? `Waiting${place} · next` : `Waiting${place} · ${activity.ahead} ahead`;
    }
    case "running": {
      const elapsed = now - activity.since;
      const time = elapsed < SHOW_ELAPSED ? "" : ` · ${elapsedInWords(elapsed)}`;
      if (activity.place !== undefined) return `${placeInWords(activity.place)}${time}`;
      if (activity.waits !== undefined) {
        const wait = connectionInWords(activity.waits);
        if (wait !== undefined) return `${wait}${time}`;
      }
      if (activity.waits?.on === "turn")
        return `${activity.waits.state === "asked" ? "Sent to" : "Waiting at"} ${activity.where}${time}`;
      if (activity.waits?.on === "start") return `Starting ${languageName(activity.waits.language)}…${time}`;
      if (activity.waits?.on === "packages") return `Loading packages…${time}`;
      if (activity.waits?.on === "permission" || activity.waits?.on === "copy") return "Waiting for your permission";
      if (activity.waits?.on === "input") return "Waiting for your input";
      if (!activity.mine) return `${nameOr(activity.by, "Somebody")} is running this${onAgent(activity.where)}${time}`;
      return `Running ${activity.where === "here" ? "here" : `on ${activity.where}`}${time}`;
    }
  }
}

/** What a run waits for that nobody could be asked to do yet; undefined for everything else. */
export function connectionInWords(wait: KernelWait): string | undefined {
  if (wait.on === "connection") return "Waiting for a connection to the class";
  return wait.on === "agent" ? `Waiting for ${nameOr(wait.name, "its computer")} to be here` : undefined;
}

/** Who ran a cell, where, and how long it took. */
export function runInWords(record: RunRecord, me: PeerId): string {
  if (record.status === "imported") return "Output from the imported file";
  const time = record.duration === undefined ? "" : ` · ${durationInWords(record.duration)}`;
  const by = nameOr(record.byName, "somebody");
  const wanted = wantedInWords(record.where);
  if (record.where.at === "any") return `Not run on any computer${wanted} · asked by ${by}`;
  if (record.where.at === "everybody") return `Ran on all computers by ${by}${time}`;
  const kept = record.kept === undefined ? "" : ` · ${refusalInWords(record) ?? "result kept"}`;
  if (record.where.at === "agent")
    return `Ran on ${nameOr(record.where.name, "an agent")}${wanted} by ${by}${time}${kept}`;
  // "here" in the record is the place of whoever ran it.
  return record.by === me ? `Ran here by ${by}${time}${kept}` : `Ran by ${by} on their computer${time}${kept}`;
}

export type KeptFrom = NonNullable<Extract<RunRecord["kept"], { readonly key: unknown }>["from"]>;

/** Whose result is shown, and of when. */
export function keptInWords({ by, name, at }: KeptFrom, me: PeerId, now: number): string {
  return `Result kept from ${by === me ? "your" : `${nameOr(name, "somebody")}’s`} run, ${momentWords(at, now)}`;
}

/** Why the result of a run was not kept; undefined if that was not wanted, or worked. */
export function refusalInWords({ kept }: Pick<RunRecord, "kept">): string | undefined {
  return kept !== undefined && "refused" in kept ? `result not kept: ${kept.refused}` : undefined;
}

/** Why nothing of a run was executed, and where that was to be. */
export function notRunInWords({ where }: Pick<RunRecord, "where">, reason: string): string {
  if (where.at === "here") return `Not run: ${reason}`;
  const place = where.at === "agent" ? nameOr(where.name, "an agent") : "any computer";
  return `Not run on ${place}${wantedInWords(where)}: ${reason}`;
}

export const isInterrupted = (record: RunRecord): boolean =>
  record.status === "interrupted" || record.status === "began";

/** What is known of a run that did not end, and that nobody who is here waits for. `blind`: the class host cannot read. */
export function brokenInWords({ status, where }: Pick<RunRecord, "status" | "where">, blind: boolean): string {
  if (status !== "began") return "Interrupted";
  if (where.at === "any") return "Not sent: its page was closed before a computer took it";
  if (where.at !== "agent") return "Interrupted";
  const asked = `Asked of ${nameOr(where.name, "an agent")} by somebody who has left`;
  // Whether it got there is not known here.
  return blind
    ? `${asked}: the class host cannot read this notebook, so the result comes when they are back`
    : `${asked}: its result may still come`;
}

/** What the computer that was asked for had to say of itself. */
function wantedInWords(where: RunRecord["where"]): string {
  const wanted = "wanted" in where ? readLabels(where.wanted) : undefined;
  return wanted === undefined ? "" : ` with ${labelsInWords(wanted)}`;
}

const nameOr = (name: string, otherwise: string): string => (name === "" ? otherwise : name);
const onAgent = (where: string): string => (where === "here" ? "" : ` on ${where}`);

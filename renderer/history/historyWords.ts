// The words of the history, apart from what shows them.

import type { CellChange } from "#shared/history/cellChanges.ts";
import type { Deletion } from "#shared/notebook/cell.ts";
import type { DatedState, Person, StateCause } from "#shared/ports/HistoryStore.ts";
import type { HistoryPlace, HistoryTrouble } from "#shared/session/history/timeline.ts";
import type { PeerId } from "#shared/base/ids.ts";

const DAY_MS = 86_400_000;
/** Names said in full; of more, their number. */
const NAMES_LIMIT = 3;

export const TROUBLE_WORDS: Readonly<Record<HistoryTrouble, string>> = {
  away: "The class host keeps the history; it cannot be reached now. Try again when it is back.",
  storage: "The storage of this browser does not work, so this computer keeps no history.",
  damaged: "This state does not read back as it was written, so it cannot be shown or restored. Choose another.",
  gone: "This state has been thinned out meanwhile. Close the history and open it again to see what is kept.",
  "not-held": "The class host does not have your last changes yet. Try again when it does.",
  "no-space": "The disk of the class host is nearly full, so it keeps no new states. Tell whoever runs it.",
  empty: "There is nothing in this notebook yet.",
  "too-large": "There is no room for this: the notebook, or all its named versions together, are too large.",
  "too-many-versions": "There are as many named versions as can be kept. Take the name of an old one away first.",
  "bad-name": "Give it a name first.",
};

const CAUSE_WORDS: Readonly<Record<StateCause, string | undefined>> = {
  opened: undefined,
  interval: undefined,
  quiet: undefined,
  closed: undefined,
  version: undefined,
  "before-deletion": "Before a large deletion",
  "before-restore": "Before something was restored",
};

export const causeWords = (state: DatedState): string | undefined => CAUSE_WORDS[state.cause];

export const PLACE_WORDS: Readonly<Record<HistoryPlace, string>> = {
  host: "Kept by the class host",
  device: "Kept on this computer",
};

/** `Today`, `Yesterday`, or the date. */
export function dayWords(at: number, now: number): string {
  const start = new Date(now).setHours(0, 0, 0, 0);
  if (at >= start && at < start + DAY_MS) return "Today";
  if (at < start && at >= start - DAY_MS) return "Yesterday";
  return new Intl.DateTimeFormat("en-GB", { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(
    at,
  );
}

export const timeWords = (at: number): string =>
  new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" }).format(at);

/** A time in the middle of a sentence: `17:02`, `yesterday 17:02`, `Mon, 3 Nov 2026, 17:02`. */
export function momentWords(at: number, now: number): string {
  const day = dayWords(at, now);
  if (day === "Today") return timeWords(at);
  return day === "Yesterday" ? `yesterday ${timeWords(at)}` : `${day}, ${timeWords(at)}`;
}

/** Whoever only claims to be this device is not "you". */
export const isMine = ({ peer, verified }: Person, me: PeerId): boolean => verified && peer === me;

/** Names of clients, each person once; `you` for this device, one `somebody` for all that nobody named. */
export function namesOf(
  clients: readonly number[],
  people: ReadonlyMap<number, Person>,
  me: PeerId,
): readonly string[] {
  const names = new Map<string, string>();
  for (const client of clients) {
    const person = people.get(client);
    if (person === undefined) names.set("", "somebody");
    else if (isMine(person, me)) names.set(me, "you");
    // Whoever only claims to be a device stands beside it.
    else names.set(`${person.peer} ${person.verified}`, person.name);
  }
  const unnamed = names.get("");
  names.delete("");
  return [...names.values(), ...(unnamed === undefined ? [] : [unnamed])];
}

/** Who marked a cell as deleted, as that says itself; empty if it does not. */
export const deleterWords = (deleted: Deletion | undefined, me: PeerId): string =>
  deleted?.by === me ? "you" : (deleted?.name ?? "");

/** `Ana`, `Ana and Ben`, `Ana, Ben and 3 others`. */
export function listWords(names: readonly string[]): string {
  if (names.length <= NAMES_LIMIT) {
    const last = names.at(-1) ?? "";
    return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
  }
  const shown = names.slice(0, NAMES_LIMIT - 1);
  return `${shown.join(", ")} and ${names.length - shown.length} others`;
}

export const authorsOf = ({ contributions, deleters }: DatedState): readonly number[] => [
  ...new Set([...contributions.map(({ client }) => client), ...deleters]),
];

const CHANGE_WORDS: Readonly<Record<CellChange["type"], string>> = {
  added: "Added",
  changed: "Changed",
  deleted: "Deleted",
  moved: "Moved",
};

export const changeWords = (type: CellChange["type"]): string => CHANGE_WORDS[type];

/** `3 cells were changed by Ana and Ben since yesterday 17:02`. */
export function awayWords(count: number, names: readonly string[], since: string | undefined): string {
  const what = count === 1 ? "One cell was changed" : `${count} cells were changed`;
  const by = names.length === 0 ? "" : ` by ${listWords(names)}`;
  return `${what}${by} ${since === undefined ? "while you were away" : `since ${since}`}`;
}

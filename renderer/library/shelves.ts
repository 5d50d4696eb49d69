import type { NotebookCard } from "#shared/session/views.ts";

export interface ShelfGroup {
  /** Empty when there is only one group, which needs no heading. */
  readonly title: string;
  readonly cards: readonly NotebookCard[];
}

/** Notebooks as the library shows them: those of the class first, then our own, the last opened on top. */
export function shelves(notebooks: readonly NotebookCard[], className: string | undefined): readonly ShelfGroup[] {
  const shown = notebooks.filter((card) => !card.removed).sort(byLastOpened);
  const ofClass = shown.filter((card) => card.place === "class");
  const own = shown.filter((card) => card.place !== "class");
  const groups: ShelfGroup[] = [
    { title: className === undefined ? "From a class" : `In ${className}`, cards: ofClass },
    { title: ofClass.length === 0 ? "" : "Yours", cards: own },
  ];
  return groups.filter((group) => group.cards.length > 0);
}

function byLastOpened(a: NotebookCard, b: NotebookCard): number {
  return (b.opened ?? 0) - (a.opened ?? 0) || a.title.localeCompare(b.title);
}

const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
/** Milliseconds after which a date says more than "9 days ago". */
const RECENT = 7 * 86_400_000;

/** When something was, for people: `just now`, `3 hours ago`, `12 Mar 2025`. */
export function whenInWords(then: number, now: number): string {
  const past = Math.max(0, now - then);
  if (past >= RECENT) {
    return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" }).format(then);
  }
  const unit = UNITS.find(([, length]) => past >= length);
  if (unit === undefined) return "just now";
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(past / unit[1]), unit[0]);
}

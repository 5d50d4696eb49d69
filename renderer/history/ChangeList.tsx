import { RotateCcw } from "lucide-react";
import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { CellChange } from "#shared/history/cellChanges.ts";
import type { Cell } from "#shared/notebook/cell.ts";
import type { Person } from "#shared/ports/HistoryStore.ts";
import { useServices } from "../app/Services.tsx";
import { languageName } from "../jobs/runnable.ts";
import { Button } from "../ui/Button.tsx";
import { changeWords, deleterWords, listWords, namesOf } from "./historyWords.ts";
import { TextDiff } from "./TextDiff.tsx";

export interface ChangeListProps {
  readonly changes: readonly CellChange[];
  readonly people: ReadonlyMap<number, Person>;
  /** Undefined: nothing can be restored here. */
  readonly restore: ((cell: CellId) => void) | undefined;
}

/** What became of each cell, with what it was. */
export function ChangeList({ changes, people, restore }: ChangeListProps): ReactElement {
  return (
    <ol className="history__changes">
      {changes.map((change) => (
        <li key={change.id}>
          <Change change={change} people={people} restore={restore} />
        </li>
      ))}
    </ol>
  );
}

interface ChangeProps extends Omit<ChangeListProps, "changes"> {
  readonly change: CellChange;
}

function Change({ change, people, restore }: ChangeProps): ReactElement {
  const { meshbook } = useServices();
  const { id, type, before, after, clients } = change;
  const names = namesOf(clients, people, meshbook.peer);
  const by =
    (type === "deleted" && deleterWords(after?.deleted, meshbook.peer)) || (names.length === 0 ? "" : listWords(names));
  const cell = after ?? before;
  const title = cell === undefined ? "Cell" : cellWords(cell);
  // A cell marked deleted still has its text: what is shown is that all of it went.
  const next = type === "deleted" ? "" : (after?.source ?? "");
  return (
    <section className="history__change" aria-label={`${title}, ${changeWords(type).toLowerCase()}`}>
      <header>
        <h4>{title}</h4>
        <span className={`history__tag history__tag--${type}`}>{changeWords(type)}</span>
        {by !== "" && <span className="history__by">by {by}</span>}
        {restore !== undefined && type !== "added" && type !== "moved" && (
          <Button small variant="secondary" icon={RotateCcw} onClick={() => restore(id)}>
            Restore this cell
          </Button>
        )}
      </header>
      {type !== "moved" && (
        <TextDiff
          before={before?.source ?? ""}
          after={next}
          language={cell?.kind === "markdown" ? "markdown" : (cell?.language ?? "")}
          label={`${title}: what changed`}
        />
      )}
    </section>
  );
}

function cellWords({ kind, language, source }: Cell): string {
  const first = source.split("\n").find((line) => line.trim() !== "") ?? "";
  const what = kind === "code" ? `${languageName(language)} cell` : kind === "markdown" ? "Text cell" : "Raw cell";
  return first === "" ? what : `${what} “${first.trim().slice(0, 48)}”`;
}

import { RotateCcw } from "lucide-react";
import { useMemo, type ReactElement } from "react";
import type * as Y from "yjs";
import type { CellId } from "#shared/base/ids.ts";
import { cellChanges, cellsMoment, type CellChange } from "#shared/history/cellChanges.ts";
import type { DatedState, Person } from "#shared/ports/HistoryStore.ts";
import type { HistoryPlace, Timeline } from "#shared/session/history/timeline.ts";
import { useServices } from "../app/Services.tsx";
import { isEditable } from "../commands/Command.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { showToast } from "../state/toasts.ts";
import { Button } from "../ui/Button.tsx";
import { ChangeList } from "./ChangeList.tsx";
import { momentWords, TROUBLE_WORDS } from "./historyWords.ts";
import { NameVersion } from "./NameVersion.tsx";
import { useOpenState } from "./useHistory.ts";
import { useNow } from "../state/useNow.ts";

export interface StateDetailProps {
  readonly timeline: Timeline;
  readonly place: HistoryPlace;
  readonly state: DatedState;
  readonly people: ReadonlyMap<number, Person>;
  /** Only this cell is of interest. */
  readonly cell: CellId | undefined;
  readonly changed: () => void;
}

/** One dated state: what became of it since, and ways back to it. */
export function StateDetail(props: StateDetailProps): ReactElement {
  const { timeline, place, state, changed } = props;
  const now = useNow(false);
  const opened = useOpenState(timeline, place, state);
  const name = async (text: string): Promise<string | undefined> => {
    const named = await timeline.name(place, state, text);
    if (named.ok) changed();
    return named.ok ? undefined : TROUBLE_WORDS[named.error];
  };
  return (
    <div className="history__detail">
      <h3>
        {state.version === undefined ? "" : `${state.version.name} · `}
        {momentWords(state.at, now)}
      </h3>
      {opened.state === "opening" && <p role="status">Reading this state…</p>}
      {opened.state === "failed" && <p role="alert">{TROUBLE_WORDS[opened.trouble]}</p>}
      {opened.state === "open" && <Since {...props} past={opened.past} />}
      {state.version === undefined ? (
        <NameVersion key={state.id} label="Name this version" name={name} />
      ) : (
        <Button small onClick={() => void name("")}>
          Take the name “{state.version.name}” away
        </Button>
      )}
    </div>
  );
}

function Since({ timeline, people, cell, past }: StateDetailProps & { readonly past: Y.Doc }): ReactElement {
  const notebook = useNotebook();
  const { panels, toasts } = useServices();
  const { doc } = notebook.session;
  const changes = useMemo(() => changesSince(past, doc, cell), [past, doc, cell]);
  const restore = async (cells: readonly CellId[] | undefined): Promise<void> => {
    const restored = await timeline.restore(past, cells);
    if (!restored.ok) {
      showToast(toasts, `Nothing was restored. ${TROUBLE_WORDS[restored.error]}`, { tone: "bad" });
      return;
    }
    closePanel(panels);
    showToast(toasts, cells === undefined ? "The notebook is as it was then" : "The cell is as it was then", {
      action: { label: "Undo", run: () => void notebook.session.history.undo() },
    });
  };
  if (changes.length === 0) {
    return <p>{cell === undefined ? "The notebook is now as it was then." : "The cell is now as it was then."}</p>;
  }
  const editable = isEditable(notebook);
  return (
    <>
      {editable && cell === undefined && (
        <div className="history__all">
          <Button variant="primary" icon={RotateCcw} onClick={() => void restore(undefined)}>
            Restore the whole notebook
          </Button>
          <p>As it is now is kept first. Outputs stay as they are.</p>
        </div>
      )}
      <h4 className="history__since">What changed since then</h4>
      <ChangeList changes={changes} people={people} restore={editable ? (id) => void restore([id]) : undefined} />
    </>
  );
}

function changesSince(past: Y.Doc, doc: Y.Doc, cell: CellId | undefined): readonly CellChange[] {
  const before = cellsMoment(past);
  const changes = before === undefined ? [] : cellChanges(before, doc);
  return cell === undefined ? changes : changes.filter(({ id }) => id === cell);
}

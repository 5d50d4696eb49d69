import { Check, CircleAlert, CirclePause, CircleStop, RotateCcw } from "lucide-react";
import { useId, useRef, useState, type ReactElement } from "react";
import type { EndedEntry } from "#shared/session/control/EndedRuns.ts";
import { useServices } from "../app/Services.tsx";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { closePanel } from "../state/panels.ts";
import { announce } from "../state/toasts.ts";
import { useReadable } from "../state/useReadable.ts";
import { Button } from "../ui/Button.tsx";
import { IconButton } from "../ui/IconButton.tsx";
import { CellLink } from "./CellLink.tsx";
import { cellName, firstLine } from "./cellWords.ts";
import { endedInWords } from "./endedWords.ts";

/** Rows that are drawn before all are asked for. */
const FEW = 4;
const ICONS = {
  ok: Check,
  error: CircleAlert,
  interrupted: CircleStop,
  parked: CirclePause,
  "not-run": CirclePause,
} as const;

/** What ended lately, and a way to run it again. Nothing, as long as nothing has. */
export function EndedList(): ReactElement | undefined {
  const { session } = useNotebook();
  const entries = useReadable(session.control.ended);
  const list = useRef<HTMLUListElement>(null);
  const [all, setAll] = useState(false);
  if (entries.length === 0) return undefined;
  const shown = all ? entries : entries.slice(0, FEW);
  return (
    <section className="queue__part" aria-label="Ended">
      <header className="queue__head">
        <h3>Ended</h3>
        <Button small onClick={() => session.control.clearEnded()}>
          Clear
        </Button>
      </header>
      <ul className="queue__list" ref={list} tabIndex={-1} aria-label="Ended runs, the newest first">
        {shown.map((entry) => (
          <Row key={entry.run} entry={entry} leave={() => list.current?.focus()} />
        ))}
      </ul>
      {entries.length > FEW && (
        <Button small className="queue__more" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? "Show fewer" : `Show all ${entries.length}`}
        </Button>
      )}
    </section>
  );
}

interface RowProps {
  readonly entry: EndedEntry;
  /** Its buttons go with it: the keyboard must not fall out of the panel. */
  readonly leave: () => void;
}

function Row({ entry, leave }: RowProps): ReactElement {
  const { session, order } = useNotebook();
  const { panels, toasts } = useServices();
  const cells = useReadable(order);
  const [open, setOpen] = useState(false);
  const log = useId();
  const name = cellName(cells, entry.cell);
  const Icon = ICONS[entry.end];
  const retry = (): void => {
    leave();
    session.control.retry(entry.run);
    announce(toasts, `${name} runs again`);
  };
  return (
    <li className={`queue__row queue__row--ended queue__row--${entry.end}`}>
      <Icon size={14} aria-hidden />
      <span className="queue__text">
        <span className="queue__what">
          <CellLink cellId={entry.cell} capital onGo={() => closePanel(panels)} />
          <code>{firstLine(session.doc, entry.cell)}</code>
        </span>
        <small>
          {endedInWords(entry)}
          {entry.log !== "" && (
            <>
              {" · "}
              <button
                type="button"
                className="link-button"
                aria-expanded={open}
                aria-controls={log}
                aria-label={`${open ? "Hide log" : "Log"} of ${name}`}
                onClick={() => setOpen(!open)}
              >
                {open ? "Hide log" : "Log"}
              </button>
            </>
          )}
        </small>
        {open && (
          // A region that scrolls must be reached by the keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre className="queue__log" id={log} tabIndex={0} role="region" aria-label={`What ${name} printed`}>
            {entry.log}
          </pre>
        )}
      </span>
      {entry.end !== "ok" && cells.includes(entry.cell) && (
        <span className="queue__tools">
          <IconButton small icon={RotateCcw} label={`Run ${name} again`} onClick={retry} />
        </span>
      )}
    </li>
  );
}

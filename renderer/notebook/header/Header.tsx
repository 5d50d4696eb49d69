import { ArrowLeft, ListStart, Plus, Square, UserPlus } from "lucide-react";
import { useMemo, type ReactElement } from "react";
import { mayEdit, mayRun } from "#shared/rooms/access/role.ts";
import { keysOf } from "../../commands/keys/keymap.ts";
import { useCommand } from "../../commands/useCommands.ts";
import { QueueButton } from "../../running/QueueButton.tsx";
import { People } from "../../peers/People.tsx";
import { beginning, calm } from "../../state/calm.ts";
import { useReadable } from "../../state/useReadable.ts";
import { Button } from "../../ui/Button.tsx";
import { IconButton } from "../../ui/IconButton.tsx";
import { useNotebook } from "../services/NotebookContext.tsx";
import { HeaderMenu } from "./HeaderMenu.tsx";
import { StatusLine } from "./StatusLine.tsx";
import { TitleField } from "./TitleField.tsx";

export function Header(): ReactElement {
  const run = useCommand();
  const { role } = useReadable(useNotebook().session.access);
  return (
    <header className="header">
      <div className="header__inner">
        <IconButton icon={ArrowLeft} label="All notebooks" onClick={() => run("app.library")} />
        <div className="header__text">
          <TitleField />
          <StatusLine />
        </div>
        <div className="header__tools">
          {mayRun(role) && <RunButton />}
          {mayRun(role) && <QueueButton />}
          {mayEdit(role) && (
            <IconButton
              icon={Plus}
              className="header__add"
              label="Add a cell"
              keys={keysOf("cell.insertBelow")}
              onClick={() => run("cell.insertBelow")}
            />
          )}
          <People />
          <Button variant="primary" icon={UserPlus} className="header__share" onClick={() => run("notebook.share")}>
            <span>Share</span>
          </Button>
          <HeaderMenu />
        </div>
      </div>
    </header>
  );
}

/** Runs all cells; while cells of ours run, stops them. */
function RunButton(): ReactElement {
  const { session } = useNotebook();
  const busy = useReadable(useMemo(() => calm(session.busy, beginning), [session]));
  const run = useCommand();
  if (busy > 0) {
    return (
      <Button
        variant="secondary"
        className="header__run"
        data-tip="Stop everything of yours"
        onClick={() => run("run.stopAll")}
      >
        <Square size={12} fill="currentcolor" aria-hidden />
        <span>Stop{busy > 1 ? ` ${busy}` : ""}</span>
      </Button>
    );
  }
  return (
    <Button
      variant="secondary"
      icon={ListStart}
      className="header__run"
      data-tip="Run all cells, from top to bottom"
      onClick={() => run("run.all")}
    >
      <span>Run all</span>
    </Button>
  );
}

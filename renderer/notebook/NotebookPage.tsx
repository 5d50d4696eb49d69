// Loaded when the first notebook is opened.

import { FileQuestionMark } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { messageOf } from "#shared/base/errors.ts";
import type { RoomId } from "#shared/base/ids.ts";
import { nextTask } from "#shared/base/nextTask.ts";
import { navigate } from "../app/routes.ts";
import { useServices } from "../app/Services.tsx";
import { Button } from "../ui/Button.tsx";
import { NotebookContext } from "./services/NotebookContext.tsx";
import { followMove } from "./services/followMove.ts";
import { composeNotebook, type NotebookServices } from "./services/notebookServices.ts";
import { NotebookSkeleton } from "./NotebookSkeleton.tsx";
import { NotebookView } from "./NotebookView.tsx";
import "./notebook.css";
import "./header/header.css";

type Opening =
  | { readonly state: "opening" }
  | { readonly state: "open"; readonly notebook: NotebookServices }
  | { readonly state: "failed"; readonly title: string; readonly message: string };

export function NotebookPage({ room }: { readonly room: RoomId }): ReactElement {
  const opening = useOpenNotebook(room);
  switch (opening.state) {
    case "opening":
      return <NotebookSkeleton />;
    case "open":
      return (
        <NotebookContext value={opening.notebook}>
          <NotebookView />
        </NotebookContext>
      );
    case "failed":
      return (
        <main className="empty empty--page">
          <FileQuestionMark size={32} strokeWidth={1.5} aria-hidden />
          <h2>{opening.title}</h2>
          <p>{opening.message}</p>
          <div className="actions">
            <Button variant="primary" onClick={() => navigate({ page: "library" })}>
              All notebooks
            </Button>
          </div>
        </main>
      );
  }
}

/** Opens the notebook for as long as the page is shown; leaving waits for nothing, the session saves by itself. */
function useOpenNotebook(room: RoomId): Opening {
  const services = useServices();
  const [opening, setOpening] = useState<Opening>({ state: "opening" });
  useEffect(() => {
    let close: (() => void) | undefined;
    let gone = false;
    const open = async (): Promise<Opening> => {
      await nextTask();
      const result = await services.meshbook.openNotebook(room);
      await nextTask();
      if (!result.ok) return { state: "failed", ...UNKNOWN };
      const { services: notebook, dispose } = composeNotebook(result.value, services);
      const stopFollowing = followMove(notebook, services);
      close = () => {
        stopFollowing();
        dispose();
        void result.value.close();
      };
      return { state: "open", notebook };
    };
    const show = (next: Opening): void => {
      if (gone) close?.();
      else setOpening(next);
    };
    open().then(show, (error: unknown) =>
      show({ state: "failed", title: "This notebook did not open", message: messageOf(error) }),
    );
    return () => {
      gone = true;
      close?.();
      setOpening({ state: "opening" });
    };
  }, [services, room]);
  return opening;
}

const UNKNOWN = {
  title: "This notebook is not on this computer",
  message: "Ask whoever has it for an invitation link: with it, the notebook opens here and is kept here.",
};

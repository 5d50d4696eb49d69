import { useContext, useEffect } from "react";
import { useServices } from "../app/Services.tsx";
import { watchDrops } from "../library/drop/watchDrops.ts";
import { NotebookContext } from "../notebook/services/NotebookContext.tsx";
import { showToast } from "../state/toasts.ts";
import { addPackages, isWheelFile } from "./wheelFiles.ts";

/** A package of Python that is dropped on an open notebook is added to it. What hangs over the page shows `DropZone`. */
export function PackageDrop(): undefined {
  const app = useServices();
  const notebook = useContext(NotebookContext);
  useEffect(() => {
    if (notebook === undefined) return undefined;
    return watchDrops({
      over: () => undefined,
      wants: isWheelFile,
      dropped: (files) => void addPackages(notebook, app, files),
      failed: (message) => showToast(app.toasts, message, { tone: "bad" }),
    });
  }, [app, notebook]);
}

import { FileDown } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { parseRoute, useRoutePath } from "../../app/routes.ts";
import { useServices } from "../../app/Services.tsx";
import { isWheelFile } from "../../packages/wheelFiles.ts";
import { showToast } from "../../state/toasts.ts";
import { useReadable } from "../../state/useReadable.ts";
import { IMPORT_EXTENSIONS, importFiles } from "../libraryActions.ts";
import "./drop.css";
import { watchDrops } from "./watchDrops.ts";

/** Files may be dropped anywhere on the page; while they hang over it, it says what will happen. */
export function DropZone(): ReactElement | undefined {
  const services = useServices();
  const place = useReadable(services.meshbook.classroom) === undefined ? "device" : "class";
  const inNotebook = parseRoute(useRoutePath()).page === "notebook";
  const [over, setOver] = useState(false);
  useEffect(
    () =>
      watchDrops({
        over: setOver,
        // A notebook that is open takes those itself.
        wants: (name) => !(inNotebook && isWheelFile(name)),
        dropped: (files) => void importFiles(services, files, place),
        failed: (message) => showToast(services.toasts, message, { tone: "bad" }),
      }),
    [services, place, inNotebook],
  );
  if (!over) return undefined;
  return (
    <div className="drop" role="status">
      <div className="drop__box">
        <FileDown size={32} strokeWidth={1.5} aria-hidden />
        <strong>{inNotebook ? "Drop to import, merge or add a package" : "Drop to import or merge"}</strong>
        <span>
          {[...IMPORT_EXTENSIONS, ...(inNotebook ? ["whl"] : [])].map((extension) => `.${extension}`).join("  ")}
        </span>
      </div>
    </div>
  );
}

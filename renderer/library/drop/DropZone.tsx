import { FileDown } from "lucide-react";
import { useEffect, useState, type ReactElement } from "react";
import { useServices } from "../../app/Services.tsx";
import { useReadable } from "../../state/useReadable.ts";
import { IMPORT_EXTENSIONS, importFiles } from "../libraryActions.ts";
import "./drop.css";
import { watchDrops } from "./watchDrops.ts";

/** Files may be dropped anywhere on the page; while they hang over it, it says what will happen. */
export function DropZone(): ReactElement | undefined {
  const services = useServices();
  const place = useReadable(services.meshbook.classroom) === undefined ? "device" : "class";
  const [over, setOver] = useState(false);
  useEffect(
    () => watchDrops({ over: setOver, dropped: (files) => void importFiles(services, files, place) }),
    [services, place],
  );
  if (!over) return undefined;
  return (
    <div className="drop" role="status">
      <div className="drop__box">
        <FileDown size={32} strokeWidth={1.5} aria-hidden />
        <strong>Drop to import or merge</strong>
        <span>{IMPORT_EXTENSIONS.map((extension) => `.${extension}`).join("  ")}</span>
      </div>
    </div>
  );
}

import { useCallback, useMemo, useState, type ReactElement } from "react";
import { useStore } from "zustand";
import { runnerAddress } from "../../adapters/runner/runnerAddress.ts";
import { useServices } from "../../app/Services.tsx";
import { scriptDocument } from "../frame/frameDocument.ts";
import { connectScriptFrame } from "./connectScriptFrame.ts";

/**
 * An output whose scripts run: in a frame of an opaque origin, in a process of its own where the browser has them, under
 * a policy that loads nothing. It opens nothing, and its links lead nowhere.
 */
export function ScriptFrame({ html }: { readonly html: string }): ReactElement {
  const scheme = useStore(useServices().theme, (state) => state.choice);
  const [height, setHeight] = useState(0);
  const page = useMemo(() => scriptDocument(html), [html]);
  const frame = useCallback(
    (element: HTMLIFrameElement | null) =>
      element === null ? undefined : connectScriptFrame(element, page, setHeight),
    [page],
  );
  return (
    <iframe
      // A frame shows one page and no second.
      key={page}
      ref={frame}
      className="html-frame"
      title="Output of the cell, with scripts"
      src={runnerAddress(window)}
      sandbox="allow-scripts"
      referrerPolicy="no-referrer"
      style={{ height, colorScheme: scheme === "system" ? "light dark" : scheme }}
      data-scheme={scheme}
    />
  );
}

// Loaded when the first HTML output is shown.
//
// HTML of a cell may come from a stranger. It is cleaned by DOMPurify, and shown in a frame whose sandbox runs no
// scripts, submits no forms and opens nothing, under a policy that loads nothing from the network. The frame keeps our
// origin only so that we can measure it and set its colours; without scripts it can do nothing with that.

import { useCallback, useMemo, useRef, useState, type ReactElement } from "react";
import { useStore } from "zustand";
import { useServices } from "../../app/Services.tsx";
import { connectFrame } from "./connectFrame.ts";
import { frameDocument, type FrameContent } from "./frameDocument.ts";

/** Pixels. An output that claims more (`height: 100vh` grows with its own frame) is cut and scrolls inside. */
const HEIGHT_LIMIT = 20_000;

export function HtmlFrame({ html, kind }: FrameContent): ReactElement {
  const scheme = useStore(useServices().theme, (state) => state.choice);
  const [height, setHeight] = useState(0);
  const disconnect = useRef<() => void>(undefined);
  const document = useMemo(() => frameDocument({ html, kind }), [html, kind]);
  const frame = useCallback(
    (element: HTMLIFrameElement | null) => {
      if (element === null) return undefined;
      const loaded = (): void => {
        disconnect.current?.();
        disconnect.current = connectFrame(element, (measured) => setHeight(Math.min(measured, HEIGHT_LIMIT)));
      };
      // Not by React, which makes plain text of it.
      element.srcdoc = document;
      element.addEventListener("load", loaded);
      return () => {
        element.removeEventListener("load", loaded);
        disconnect.current?.();
      };
    },
    [document],
  );
  return (
    <iframe
      ref={frame}
      className="html-frame"
      title="Output of the cell"
      sandbox="allow-same-origin"
      style={{ height, colorScheme: scheme === "system" ? "light dark" : scheme }}
      data-scheme={scheme}
    />
  );
}

// Loaded when the first diagram is shown.

import { useEffect, useState, type ReactElement } from "react";
import { useStore } from "zustand";
import { systemClock } from "#shared/adapters/systemClock.ts";
import type { Result } from "#shared/base/result.ts";
import { runnerAddress } from "../../adapters/runner/runnerAddress.ts";
import { useServices } from "../../app/Services.tsx";
import { HtmlFrame } from "../frame/HtmlFrame.tsx";
import { DiagramFrame } from "./DiagramFrame.ts";
import "./diagram.css";

/** One for the page: it knows nothing of notebooks, and starts when the first diagram is drawn. */
const frame = new DiagramFrame(runnerAddress(window), systemClock);

/** A diagram in Mermaid's language, drawn, or what is wrong with it. */
export function DiagramOutput({ source }: { readonly source: string }): ReactElement {
  const dark = useDark();
  const [drawn, setDrawn] = useState<Result<string, string>>();
  useEffect(() => {
    const left = new AbortController();
    void frame.draw(source, dark).then((result) => {
      if (!left.signal.aborted) setDrawn(result);
    });
    return () => left.abort();
  }, [source, dark]);
  // What was drawn before stays until the next picture is there.
  if (drawn === undefined) return <div className="skeleton" style={{ height: 200 }} aria-label="Drawing a diagram" />;
  if (drawn.ok) return <HtmlFrame html={drawn.value} kind="svg" />;
  return (
    <div className="error-output" role="group" aria-label="Error">
      <p>This diagram cannot be drawn:</p>
      <pre className="error-output__trace">{drawn.error}</pre>
      <details className="diagram-source">
        <summary>Its text</summary>
        <pre>{source}</pre>
      </details>
    </div>
  );
}

const system = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now: pictures have their colours in them. */
function useDark(): boolean {
  const choice = useStore(useServices().theme, (state) => state.choice);
  const [systemDark, setSystemDark] = useState(system.matches);
  useEffect(() => {
    const listen = (): void => setSystemDark(system.matches);
    system.addEventListener("change", listen);
    return () => system.removeEventListener("change", listen);
  }, []);
  return choice === "system" ? systemDark : choice === "dark";
}

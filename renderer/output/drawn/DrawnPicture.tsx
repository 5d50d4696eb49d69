import { useEffect, useState, type ReactElement } from "react";
import { useStore } from "zustand";
import type { Result } from "#shared/base/result.ts";
import { useServices } from "../../app/Services.tsx";
import { HtmlFrame } from "../frame/HtmlFrame.tsx";
import "./drawnPicture.css";

export interface DrawnPictureProps<Content> {
  /** What it is, for people. */
  readonly what: "diagram" | "chart";
  readonly content: Content;
  /** Gives an SVG, or why there is none. The same function always. */
  readonly draw: (content: Content, dark: boolean) => Promise<Result<string, string>>;
  /** What it is drawn from, shown where it cannot be. */
  readonly text: string;
}

/** A picture that is drawn here, in the colours of the page, from what a cell gave. */
export function DrawnPicture<Content>({ what, content, draw, text }: DrawnPictureProps<Content>): ReactElement {
  const dark = useDark();
  const [drawn, setDrawn] = useState<Result<string, string>>();
  useEffect(() => {
    const left = new AbortController();
    void draw(content, dark).then((result) => {
      if (!left.signal.aborted) setDrawn(result);
    });
    return () => left.abort();
  }, [content, dark, draw]);
  // What was drawn before stays until the next picture is there.
  if (drawn === undefined) return <div className="skeleton" style={{ height: 200 }} aria-label={`Drawing a ${what}`} />;
  if (drawn.ok) return <HtmlFrame html={drawn.value} kind="svg" />;
  return (
    <div className="error-output" role="group" aria-label="Error">
      <p>This {what} cannot be drawn:</p>
      <pre className="error-output__trace">{drawn.error}</pre>
      <details className="drawn-from">
        <summary>Its text</summary>
        <pre>{text}</pre>
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

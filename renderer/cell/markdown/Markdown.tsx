import { useEffect, useMemo, useRef, type ReactElement } from "react";
import { cleanedHtml } from "../../adapters/trusted.ts";
import { highlightInto } from "./highlightInto.ts";
import { renderMarkdown } from "./renderMarkdown.ts";
import { useNotebook } from "../../notebook/services/NotebookContext.tsx";

/** Formatted text with formulas and coloured code. */
export function Markdown({ source }: { readonly source: string }): ReactElement {
  const { languages } = useNotebook();
  const html = useMemo(() => ({ __html: cleanedHtml(renderMarkdown(source)) }), [source]);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const math = element.querySelectorAll<HTMLElement>("[data-math]:not([data-done])");
    // Without KaTeX (offline, first visit) formulas stay as TeX.
    if (math.length > 0)
      import("./renderMath.ts").then(
        ({ renderMath }) => renderMath(math),
        () => {},
      );
    return highlightInto(element, languages);
  }, [html, languages]);
  return <div ref={box} className="prose" dangerouslySetInnerHTML={html} />;
}

import { highlightCode } from "@lezer/highlight";
import { useMemo, type ReactElement, type ReactNode } from "react";
import type { LanguageSupport } from "@codemirror/language";
import { highlighter } from "./highlight.ts";

/** Characters coloured at most: beyond, source is shown plain until its editor is there. */
const HIGHLIGHT_LIMIT = 20_000;

export interface StaticSourceProps {
  readonly source: string;
  readonly support: LanguageSupport | undefined;
}

/** Source as it looks in an editor, of the same size to the pixel, so that nothing moves when the editor comes. */
export function StaticSource({ source, support }: StaticSourceProps): ReactElement {
  const content = useMemo(() => highlighted(source, support), [source, support]);
  return (
    // Long lines scroll, and what scrolls the keyboard must reach.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre className="static-source" tabIndex={0}>
      {content}
    </pre>
  );
}

export function highlighted(source: string, support: LanguageSupport | undefined): ReactNode {
  // A last empty line has no height of its own in <pre>.
  const tail = source.endsWith("\n") || source === "" ? "\u200b" : "";
  if (support === undefined || source.length > HIGHLIGHT_LIMIT) return source + tail;
  const parts: ReactNode[] = [];
  const put = (text: string, classes: string): void => {
    parts.push(
      classes === "" ? (
        text
      ) : (
        <span key={parts.length} className={classes}>
          {text}
        </span>
      ),
    );
  };
  highlightCode(source, support.language.parser.parse(source), highlighter, put, () => parts.push("\n"));
  return [...parts, tail];
}

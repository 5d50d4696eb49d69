import { useMemo, type CSSProperties, type ReactElement } from "react";
import { parseAnsi, type AnsiStyle } from "./ansi.ts";

/** Printed text with its terminal colours. */
export function AnsiText({ text }: { readonly text: string }): ReactElement {
  const parts = useMemo(() => parseAnsi(text), [text]);
  return (
    <>
      {parts.map((part, index) =>
        Object.keys(part.style).length === 0 ? (
          part.text
        ) : (
          <span key={index} style={cssOf(part.style)}>
            {part.text}
          </span>
        ),
      )}
    </>
  );
}

function cssOf({ color, background, bold, dim, italic, underline }: AnsiStyle): CSSProperties {
  return {
    ...(color === undefined ? {} : { color: cssColor(color) }),
    ...(background === undefined ? {} : { background: cssColor(background) }),
    ...(bold ? { fontWeight: 600 } : {}),
    ...(dim ? { opacity: 0.75 } : {}),
    ...(italic ? { fontStyle: "italic" } : {}),
    ...(underline ? { textDecoration: "underline" } : {}),
  };
}

const cssColor = (color: string): string => (color.startsWith("rgb") ? color : `var(--ansi-${color})`);

import { highlightCode } from "@lezer/highlight";
import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import { highlighter } from "../editor/highlight.ts";
import type { Languages } from "../editor/languages.ts";

/** Colours the code blocks of formatted text, each when its grammar has arrived. */
export function highlightInto(element: HTMLElement, languages: Languages): Dispose {
  const disposes = [...element.querySelectorAll<HTMLElement>("pre > code[class^=language-]")].map((code) => {
    const support = languages.support(code.className.slice("language-".length).toLowerCase());
    const color = (): void => {
      const parser = support.get()?.language.parser;
      if (parser !== undefined) replaceByColoured(code, parser);
    };
    color();
    return support.subscribe(color);
  });
  return () => disposeAll(disposes);
}

function replaceByColoured(
  code: HTMLElement,
  parser: { parse(text: string): Parameters<typeof highlightCode>[1] },
): void {
  const source = code.textContent;
  const parts: (Node | string)[] = [];
  const put = (text: string, classes: string): void => {
    if (classes === "") {
      parts.push(text);
      return;
    }
    const span = document.createElement("span");
    span.className = classes;
    span.textContent = text;
    parts.push(span);
  };
  highlightCode(source, parser.parse(source), highlighter, put, () => parts.push("\n"));
  code.replaceChildren(...parts);
}

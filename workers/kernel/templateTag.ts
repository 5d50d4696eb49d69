import { templateTexts } from "#shared/dataflow/javascript/insertions.ts";
import type { TemplateLanguage } from "#shared/dataflow/sourceLanguage.ts";
import { fillIn, type RichMime, type RichText } from "./richText.ts";

const MIMES: Readonly<Record<TemplateLanguage, RichMime>> = {
  html: "text/html",
  markdown: "text/markdown",
  tex: "text/latex",
  mermaid: "text/vnd.mermaid",
};

/** The tag of a compiled cell of text, see `compileTemplate.ts`. */
export const templateTag =
  (language: TemplateLanguage) =>
  (parts: TemplateStringsArray, ...values: readonly unknown[]): RichText =>
    fillIn(MIMES[language], templateTexts(parts), values);

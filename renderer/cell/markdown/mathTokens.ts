import type { MarkedExtension, TokenizerAndRendererExtension, Tokens } from "marked";

/** One formula found in Markdown. */
export interface MathToken extends Tokens.Generic {
  readonly type: "math" | "mathBlock";
  readonly tex: string;
  readonly display: boolean;
}

/** `$$…$$`, `\[…\]` and LaTeX environments, on lines of their own. */
const BLOCKS = [
  /^ {0,3}\$\$([\s\S]+?)\$\$[ \t]*(?:\n|$)/,
  /^ {0,3}\\\[([\s\S]+?)\\\][ \t]*(?:\n|$)/,
  /^ {0,3}(\\begin\{((?:equation|align|gather|multline|alignat|eqnarray)\*?)\}[\s\S]+?\\end\{\2\})[ \t]*(?:\n|$)/,
];
/** Within a line. Dollars follow pandoc's rule, so that "5$ and 6$" stays prose: no blank inside, no digit behind. */
const DISPLAY = [/^\$\$((?:\\[\s\S]|[^\\$])+?)\$\$/, /^\\\[([\s\S]+?)\\\]/];
const INLINE = [/^\$(?!\s)((?:\\[\s\S]|[^\\$\n])+?)(?<!\s)\$(?!\d)/, /^\\\(([\s\S]+?)\\\)/];

/** Formulas are kept from Markdown's own rules and put into elements that KaTeX fills later (see renderMath.ts). */
export const mathExtension: MarkedExtension = {
  extensions: [
    extension("mathBlock", "block", (source) => token("mathBlock", BLOCKS, source, true)),
    extension(
      "math",
      "inline",
      (source) => token("math", DISPLAY, source, true) ?? token("math", INLINE, source, false),
    ),
  ],
};

function extension(
  name: MathToken["type"],
  level: "block" | "inline",
  tokenizer: (source: string) => MathToken | undefined,
): TokenizerAndRendererExtension {
  return {
    name,
    level,
    start: (source) => {
      const at = source.search(level === "block" ? /\$\$|\\\[|\\begin\{/ : /\$|\\[([]/);
      return at < 0 ? undefined : at;
    },
    tokenizer,
    renderer: (rendered) => mathElement(String(rendered["tex"]), rendered["display"] === true),
  };
}

function token(
  type: MathToken["type"],
  patterns: readonly RegExp[],
  source: string,
  display: boolean,
): MathToken | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(source);
    const tex = match?.[1]?.trim();
    if (match !== null && tex !== undefined && tex !== "") return { type, raw: match[0], tex, display };
  }
  return undefined;
}

function mathElement(tex: string, display: boolean): string {
  const tag = display ? "div" : "span";
  return `<${tag} data-math="${display ? "display" : "inline"}">${escapeHtml(tex)}</${tag}>`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

import type { LanguageSupport } from "@codemirror/language";
import { Value, type Readable } from "#shared/base/value.ts";

type Load = () => Promise<LanguageSupport>;

const javascript: Load = async () => (await import("@codemirror/lang-javascript")).javascript({ jsx: true });
const typescript: Load = async () => (await import("@codemirror/lang-javascript")).javascript({ typescript: true });
const python: Load = async () => (await import("@codemirror/lang-python")).python();
const sql: Load = async () => (await import("./sqlLanguage.ts")).duckDbSql();
const html: Load = async () => (await import("@codemirror/lang-html")).html();
const markdown: Load = async () => (await import("@codemirror/lang-markdown")).markdown();

const LOADERS: Readonly<Record<string, Load>> = {
  javascript,
  js: javascript,
  jsx: javascript,
  typescript,
  ts: typescript,
  python,
  py: python,
  sql,
  duckdb: sql,
  html,
  markdown,
  md: markdown,
};

/** Grammars, each fetched when first asked for. A language without one stays plain text. */
export class Languages {
  readonly #loaded = new Map<Load, Value<LanguageSupport | undefined>>();
  readonly #none = new Value<LanguageSupport | undefined>(undefined);

  /** By Jupyter's name or by the word after ``` in Markdown. Undefined until it has arrived. */
  support(name: string): Readable<LanguageSupport | undefined> {
    const load = Object.hasOwn(LOADERS, name) ? LOADERS[name] : undefined;
    if (load === undefined) return this.#none;
    const known = this.#loaded.get(load);
    if (known !== undefined) return known;
    const value = new Value<LanguageSupport | undefined>(undefined);
    this.#loaded.set(load, value);
    // A grammar that cannot be fetched (offline, first visit) costs colours, nothing else; the next page asks again.
    load().then(
      (support) => value.set(support),
      () => this.#loaded.delete(load),
    );
    return value;
  }
}

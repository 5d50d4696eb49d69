/** Names joined by dots that end a text: `a.b.c`. What stands before must not be a part of a longer expression. */
const PATH = /(?<![\p{ID_Continue}$.)\]}"'`?])((?:[\p{ID_Start}$_][\p{ID_Continue}$]*\??\.)*)([\p{ID_Continue}$]*)$/u;

export interface NamePath {
  /** The names before the last dot. */
  readonly owner: readonly string[];
  /** What stands behind it; may be empty. */
  readonly last: string;
}

/** The path that ends where `text` ends; undefined if there is none, as behind a call or a number. */
export function pathBefore(text: string): NamePath | undefined {
  const found = PATH.exec(text);
  if (found === null) return undefined;
  const [, owner = "", last = ""] = found;
  if (owner === "" && (last === "" || /^\d/.test(last))) return undefined;
  return { owner: owner === "" ? [] : owner.split(/\??\./).slice(0, -1), last };
}

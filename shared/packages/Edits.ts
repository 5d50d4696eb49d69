/** Replacements in a text, none of which overlaps another. */
export class Edits {
  readonly #source: string;
  readonly #edits: { readonly from: number; readonly to: number; readonly text: string }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  replace(from: number, to: number, text: string): void {
    this.#edits.push({ from, to, text });
  }

  insert(at: number, text: string): void {
    this.replace(at, at, text);
  }

  result(): string {
    const parts: string[] = [];
    let at = 0;
    for (const { from, to, text } of [...this.#edits].sort(
      (one, other) => one.from - other.from || one.to - other.to,
    )) {
      parts.push(this.#source.slice(at, from), text);
      at = to;
    }
    return parts.join("") + this.#source.slice(at);
  }
}

import type { Dispose } from "#shared/base/dispose.ts";
import type { CellId } from "#shared/base/ids.ts";
import { PATH_LENGTH } from "#shared/contracts/kernel/valueQuestion.ts";
import { KERNEL_GLOBALS } from "#shared/dataflow/javascript/globals.ts";
import { definitionIn, type WrittenDefinition } from "#shared/dataflow/names/definitionIn.ts";
import { namingLanguage } from "#shared/dataflow/names/namePlaces.ts";
import { PYTHON_BUILTINS } from "#shared/dataflow/python/builtins.ts";
import type { CellLanguage, ValueFacts, ValuePath } from "#shared/ports/Kernel.ts";
import type { NotebookValues } from "#shared/session/inspection/NotebookValues.ts";
import type { NotebookNames } from "./NotebookNames.ts";

/** Of what is only written so far. */
const UNSEEN = { type: "not made yet", size: undefined, preview: "", members: [] };

export interface LookerOptions {
  readonly cell: CellId;
  readonly names: NotebookNames;
  readonly values: NotebookValues;
}

/** Looks from one cell at what names stand for. */
export class ValueLooker {
  readonly #options: LookerOptions;

  constructor(options: LookerOptions) {
    this.#options = options;
  }

  /** Calls back whenever the cells were read again. */
  onRead(listener: () => void): Dispose {
    return this.#options.names.changed.subscribe(listener);
  }

  /** The names of other cells, with the number of the cell that defines each. */
  variables(): readonly { readonly name: string; readonly number: number | undefined }[] {
    const { cell, names } = this.#options;
    // A name that was written a moment ago, in the cell above, is one to suggest.
    names.catchUp();
    return [...names.visible(cell)].map(([name, definer]) => ({ name, number: names.number(definer) }));
  }

  /** The number of the other cell that the name comes from. */
  definer(name: string): number | undefined {
    const { cell, names } = this.#options;
    if (names.defines(cell, name)) return undefined;
    const definer = names.visible(cell).get(name);
    return definer && names.number(definer);
  }

  /** What is known of the value at a path, from a kernel that has it at hand and from the text of its cell. Starts nothing. */
  async look(path: readonly string[], members = false): Promise<ValueFacts | undefined> {
    this.#options.names.catchUp();
    const facts = await this.#inKernel(path, members);
    const written = this.#written(path);
    if (written === undefined || facts?.doc !== undefined) return facts;
    return { ...(facts ?? UNSEEN), signature: facts?.signature ?? written.signature, doc: written.doc };
  }

  /** What the cell that defines a variable says of it. */
  #written(path: readonly string[]): WrittenDefinition | undefined {
    const { cell, names } = this.#options;
    const [name = "", ...rest] = path;
    const definer = names.defines(cell, name) ? cell : names.visible(cell).get(name);
    const found = rest.length > 0 || definer === undefined ? undefined : names.cell(definer);
    const language = found && namingLanguage(found);
    return found && language && definitionIn(found.source, language, name);
  }

  async #inKernel(path: readonly string[], members: boolean): Promise<ValueFacts | undefined> {
    const paths = this.#paths(path);
    if (paths.length === 0 || path.length > PATH_LENGTH) return undefined;
    const states = await this.#options.values.look(paths, members);
    for (const state of states) if (state.state === "known") return state.facts;
    return undefined;
  }

  get language(): CellLanguage | undefined {
    return this.#languageOf(this.#options.cell);
  }

  /** Where the value may be: in the cell itself, where it was read from, or in the language. */
  #paths(names: readonly string[]): readonly ValuePath[] {
    const { cell, names: known } = this.#options;
    const [root = ""] = names;
    const { language } = this;
    if (language === undefined) return [];
    const definer = known.visible(cell).get(root);
    const cells = [...(known.defines(cell, root) ? [cell] : []), ...(definer === undefined ? [] : [definer])];
    // A value of another language is another here.
    const same = cells.filter((one) => this.#languageOf(one) === language);
    if (same.length > 0) return same.map((one) => ({ cell: one, language, names }));
    const given = language === "python" ? PYTHON_BUILTINS : KERNEL_GLOBALS;
    return cells.length === 0 && given.has(root) ? [{ cell: undefined, language, names }] : [];
  }

  #languageOf(id: CellId): CellLanguage | undefined {
    const cell = this.#options.names.cell(id);
    const language = cell && namingLanguage(cell);
    return language === "typescript" ? "javascript" : language;
  }
}

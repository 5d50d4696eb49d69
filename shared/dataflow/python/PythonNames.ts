import { isPrivate } from "../javascript/NameUses.ts";
import { PYTHON_BUILTINS } from "./builtins.ts";

/** One way through a part of the cell. `test`: what is evaluated before it, and before the ways behind it, too. */
export interface Way {
  readonly test?: () => void;
  readonly body: () => void;
}

/** What names were given on the way to a place, beyond what they were given around it: surely (true) or perhaps (false). */
interface Given {
  readonly around: Given | undefined;
  readonly names: Map<string, boolean>;
}

const within = (around: Given | undefined): Given => ({ around, names: new Map() });

/**
 * What happens, in order of execution, to the names of a cell's own module. Names that only the head of a loop gives a
 * value, and names that begin with `_`, stay inside the cell.
 */
export class PythonNames {
  /** Read before the cell has given them a value. */
  readonly #read = new Set<string>();
  /** Read where the cell may have given them a value, or may not. */
  readonly #maybe = new Set<string>();
  readonly #written = new Set<string>();
  readonly #changed = new Set<string>();
  readonly #loops = new Set<string>();
  /** In functions: known when the whole cell is. */
  readonly #late = new Set<string>();
  #given = within(undefined);

  read(name: string): void {
    let perhaps = false;
    for (let at: Given | undefined = this.#given; at !== undefined; at = at.around) {
      const surely = at.names.get(name);
      if (surely === true) return;
      if (surely === false) perhaps = true;
    }
    if (perhaps) this.#maybe.add(name);
    else this.#read.add(name);
  }

  /** A reference that is followed when a function is called: by then the rest of the cell was executed, too. */
  readLate(name: string): void {
    this.#late.add(name);
  }

  assign(name: string): void {
    this.#written.add(name);
    this.#loops.delete(name);
    this.#given.names.set(name, true);
  }

  /** By a function, when it is called, if it is. */
  assignLate(name: string): void {
    this.#written.add(name);
  }

  assignByLoop(name: string): void {
    if (!this.#written.has(name)) this.#loops.add(name);
    this.#given.names.set(name, true);
  }

  /** A part of the name's value is assigned (`a.b = 1`): counts as a new version of the whole. */
  change(name: string): void {
    this.read(name);
    if (!PYTHON_BUILTINS.has(name)) this.#changed.add(name);
  }

  delete(name: string): void {
    this.read(name);
    this.#written.delete(name);
    this.#changed.delete(name);
    // What is read from here on is a mistake, and nobody else's value.
    this.#given.names.set(name, true);
  }

  /** Executes ways of which one is taken. `complete`: one of them surely is; else there may be none. */
  branches(ways: readonly Way[], complete: boolean): void {
    const around = this.#given;
    let before = around;
    // Name → the number of ways that surely give it.
    const counts = new Map<string, number>();
    for (const { test, body } of ways) {
      if (test !== undefined) {
        if (before === around) before = within(around);
        this.#given = before;
        test();
      }
      this.#given = within(before);
      body();
      for (const [name, surely] of this.#given.names) counts.set(name, (counts.get(name) ?? 0) + (surely ? 1 : 0));
    }
    this.#given = around;
    // Evaluated on some of the ways only.
    if (before !== around) for (const name of before.names.keys()) give(around, name, false);
    for (const [name, count] of counts) give(around, name, complete && count === ways.length);
  }

  /** To be called once, after everything was walked over. */
  finish(): void {
    const own = this.#given.names;
    for (const name of this.#late) {
      if (own.get(name) === true) continue;
      if (this.#written.has(name)) this.#maybe.add(name);
      else this.#read.add(name);
    }
    // Where the cell did not come to give it a value, the one from above shows through.
    for (const name of this.#written) if (own.get(name) !== true) this.#maybe.add(name);
  }

  defines(): readonly string[] {
    const defines: string[] = [];
    const add = (name: string): void => {
      if (!isPrivate(name) && (!this.#loops.has(name) || this.#changed.has(name))) defines.push(name);
    };
    for (const name of this.#written) add(name);
    for (const name of this.#changed) if (!this.#written.has(name)) add(name);
    return defines;
  }

  references(): readonly string[] {
    return [...this.#read].filter((name) => !isPrivate(name) && !PYTHON_BUILTINS.has(name));
  }

  /** Names the cell may give a value by itself before it reads them. */
  fallbacks(): readonly string[] {
    return [...this.#maybe].filter((name) => !isPrivate(name) && !this.#read.has(name));
  }

  globals(): readonly string[] {
    return [...this.#read].filter((name) => PYTHON_BUILTINS.has(name));
  }
}

function give({ names }: Given, name: string, surely: boolean): void {
  if (surely || !names.has(name)) names.set(name, surely);
}

import { isPrivate } from "../javascript/NameUses.ts";
import { PYTHON_BUILTINS } from "./builtins.ts";

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
  readonly #late: string[] = [];
  /** Names that have a value of the cell's own whichever way it came here. */
  #assigned = new Set<string>();
  /** Names that have one on some way to here. */
  #touched = new Set<string>();

  read(name: string): void {
    if (this.#assigned.has(name)) return;
    if (this.#touched.has(name)) this.#maybe.add(name);
    else this.#read.add(name);
  }

  /** A reference that is followed when a function is called: by then the rest of the cell was executed, too. */
  readLate(name: string): void {
    this.#late.push(name);
  }

  assign(name: string): void {
    this.#written.add(name);
    this.#loops.delete(name);
    this.#assigned.add(name);
    this.#touched.add(name);
  }

  /** By a function, when it is called, if it is. */
  assignLate(name: string): void {
    this.#written.add(name);
  }

  assignByLoop(name: string): void {
    if (!this.#written.has(name)) this.#loops.add(name);
    this.#assigned.add(name);
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
    this.#assigned.add(name);
  }

  /** Executes ways of which one is taken. `complete`: one of them surely is; else there may be none. */
  branches(ways: readonly (() => void)[], complete: boolean): void {
    const [assigned, touched] = [this.#assigned, this.#touched];
    const after = ways.map((way) => {
      this.#assigned = new Set(assigned);
      this.#touched = new Set(touched);
      way();
      return { assigned: this.#assigned, touched: this.#touched };
    });
    const [first, ...rest] = [...after.map((way) => way.assigned), ...(complete && ways.length > 0 ? [] : [assigned])];
    this.#assigned = new Set([...(first ?? assigned)].filter((name) => rest.every((one) => one.has(name))));
    this.#touched = new Set([...touched, ...after.flatMap((way) => [...way.touched])]);
  }

  /** To be called once, after everything was walked over. */
  finish(): void {
    this.#touched = this.#written;
    for (const name of this.#late) this.read(name);
    // Where the cell did not come to give it a value, the one from above shows through.
    for (const name of this.#written) if (!this.#assigned.has(name)) this.#maybe.add(name);
  }

  defines(): readonly string[] {
    const loops = (name: string): boolean => this.#loops.has(name) && !this.#changed.has(name);
    return [...new Set([...this.#written, ...this.#changed])].filter((name) => !isPrivate(name) && !loops(name));
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

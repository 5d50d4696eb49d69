import { KERNEL_GLOBALS } from "./globals.ts";

/** How a cell uses one name that nothing in it declares. */
interface Use {
  readonly name: string;
  /** The value from outside the cell may be read. */
  read: boolean;
  /** It is read for certain, before the cell could have given the name a value. */
  certain: boolean;
  /** The cell gives the name a value. */
  written: boolean;
  /** The cell changes a part of the name's value. */
  changed: boolean;
  /** The cell has surely given the name a value: what follows reads that one. */
  assigned: boolean;
  /** Given its value by the head of a loop: stays in the cell, like a declared loop variable. */
  loop: boolean;
}

/** Names starting with `_` stay inside their cell. */
export const isPrivate = (name: string): boolean => name.startsWith("_");

/** Collects, in order of evaluation, what happens to the names a cell uses without declaring them. */
export class NameUses {
  readonly #uses = new Map<string, Use>();

  /** `certain`: the place is reached whenever the cell is executed, and before anything after it. */
  read(name: string, certain: boolean): void {
    const use = this.#use(name);
    if (use.assigned) return;
    use.read = true;
    use.certain ||= certain;
  }

  assign(name: string, certain: boolean): void {
    const use = this.#use(name);
    use.written = true;
    // Where the assignment may not happen, the value from outside shows through.
    if (certain) use.assigned = true;
    else this.read(name, false);
  }

  assignByLoop(name: string): void {
    const use = this.#use(name);
    if (!use.written) use.loop = true;
    use.assigned = true;
  }

  /** A part of the name's value is assigned (`a.b = 1`): counts as a new version of the whole. */
  change(name: string, certain: boolean): void {
    this.read(name, certain);
    if (!KERNEL_GLOBALS.has(name)) this.#use(name).changed = true;
  }

  /** Names the cell defines by assigning to them. */
  defines(): readonly string[] {
    return this.#names((use) => (use.changed || (use.written && !use.loop)) && !isPrivate(use.name));
  }

  references(): readonly string[] {
    return this.#names((use) => use.read && !isPrivate(use.name) && (use.written || !KERNEL_GLOBALS.has(use.name)));
  }

  globals(): readonly string[] {
    return this.#names((use) => use.read && !use.written && KERNEL_GLOBALS.has(use.name));
  }

  /**
   * Names that must be declared in the cell's function for assignments to work. Those read for certain are left out:
   * if no cell defines them, `x = x + 1` must say that `x` is not defined, and not give NaN.
   */
  undeclared(): readonly string[] {
    return this.#names((use) => (use.written || use.loop) && !use.certain);
  }

  #names(test: (use: Use) => boolean): readonly string[] {
    const names: string[] = [];
    for (const use of this.#uses.values()) if (test(use)) names.push(use.name);
    return names;
  }

  #use(name: string): Use {
    let use = this.#uses.get(name);
    if (use === undefined) {
      use = { name, read: false, certain: false, written: false, changed: false, assigned: false, loop: false };
      this.#uses.set(name, use);
    }
    return use;
  }
}

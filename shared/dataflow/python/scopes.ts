// Names of parts of a cell, and who sees them.

/**
 * Names of a part of the cell that are not the module's. `class`: seen only from its own body, not from functions in it.
 * `block` and `comprehension` bind their names alone; what else is assigned in them goes further out.
 */
export interface Scope {
  readonly kind: "function" | "class" | "block" | "comprehension";
  readonly own: Set<string>;
  readonly globals: ReadonlySet<string>;
  readonly nonlocals: ReadonlySet<string>;
  readonly around: Scope | undefined;
}

/** Where the walk is. */
export interface Place {
  readonly scope: Scope | undefined;
  /** In a function, an annotation or a lambda: followed later, or never. */
  readonly late: boolean;
}

export const NO_NAMES: ReadonlySet<string> = new Set();

export function inner(place: Place, kind: Scope["kind"], own: Set<string>): Place {
  return { ...place, scope: { kind, own, globals: NO_NAMES, nonlocals: NO_NAMES, around: place.scope } };
}

/** True if the name is not the module's, seen from `scope`. */
export function isOwn(name: string, scope: Scope | undefined): boolean {
  let within = true;
  for (let at = scope; at !== undefined; at = at.around) {
    if (at.globals.has(name)) return false;
    if (at.kind !== "class" || within) if (at.own.has(name)) return true;
    if (at.kind !== "block") within = false;
  }
  return false;
}

/** Hears where names stand that no function or block inside the cell declares. A place may be heard twice. */
export interface NameListener {
  /** `start`: offset in what was parsed. */
  name(name: string, start: number): void;
  /** The name at this place is the property's, too: `{ a }`. */
  shorthand(start: number): void;
}

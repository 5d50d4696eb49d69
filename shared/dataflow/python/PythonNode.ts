import type { Tree, TreeCursor } from "@lezer/common";
import { parser } from "@lezer/python";

/**
 * A node of a cell that was read. The parser's own nodes are made anew each time one is asked for its children, and a walk
 * asks each several times: of a notebook of a thousand cells that was a third of what the walk cost.
 */
export class PythonNode {
  readonly name: string;
  /** Offsets in the source. */
  readonly from: number;
  readonly to: number;
  /** The grammar takes this place for a mistake. */
  readonly isError: boolean;
  readonly parent: PythonNode | null;
  readonly #at: number;
  readonly children: PythonNode[] = [];

  constructor({ name, from, to, type }: TreeCursor, parent: PythonNode | null) {
    this.name = name;
    this.from = from;
    this.to = to;
    this.isError = type.isError;
    this.parent = parent;
    this.#at = parent?.children.length ?? 0;
    parent?.children.push(this);
  }

  get firstChild(): PythonNode | null {
    return this.children[0] ?? null;
  }

  get nextSibling(): PythonNode | null {
    return this.parent?.children[this.#at + 1] ?? null;
  }

  get prevSibling(): PythonNode | null {
    return this.parent?.children[this.#at - 1] ?? null;
  }
}

/** The script that a cell is, with all that is in it. A cell with mistakes is read as far as it can be. */
export const parsePython = (source: string): PythonNode => nodesOf(parser.parse(source));

function nodesOf(tree: Tree): PythonNode {
  const cursor = tree.cursor();
  const script = new PythonNode(cursor, null);
  let at = script;
  for (;;) {
    if (cursor.firstChild()) {
      at = new PythonNode(cursor, at);
      continue;
    }
    // Up to the first that has one behind it.
    while (!cursor.nextSibling()) {
      if (!cursor.parent() || at.parent === null) return script;
      at = at.parent;
    }
    at = new PythonNode(cursor, at.parent);
  }
}

import { parsePython, type PythonNode } from "../python/PythonNode.ts";
import { PythonNames } from "../python/PythonNames.ts";
import { PythonWalk } from "../python/PythonWalk.ts";
import { inOrder, type NamePlace } from "./NamePlace.ts";

/** A cell with mistakes is read as far as it can be. */
export function pythonPlaces(source: string): readonly NamePlace[] {
  const places = new Map<number, NamePlace>();
  const walk = new PythonWalk(source, new PythonNames(), (node) => {
    const { from, to } = node;
    places.set(from, { name: source.slice(from, to), from, to, form: formOf(node) });
  });
  walk.walk(parsePython(source));
  return inOrder(places.values());
}

function formOf(node: PythonNode): NamePlace["form"] {
  if (node.parent?.name !== "ImportStatement") return "name";
  if (node.prevSibling?.name === "as") return "name";
  return node.nextSibling?.name === "." ? "package" : "import";
}

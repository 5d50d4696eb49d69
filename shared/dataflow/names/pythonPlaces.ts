import { plainPython } from "../python/magicLines.ts";
import { PythonNames } from "../python/PythonNames.ts";
import { PythonWalk } from "../python/PythonWalk.ts";
import { parsePython } from "../python/syntax/parsePython.ts";
import { inOrder, type NamePlace } from "./NamePlace.ts";

/** A cell with mistakes is read as far as it can be. */
export function pythonPlaces(source: string): readonly NamePlace[] {
  const places = new Map<number, NamePlace>();
  const { readable } = plainPython(source);
  const walk = new PythonWalk(readable, new PythonNames(), ({ name, from, to }, form) => {
    places.set(from, { name, from, to, form });
  });
  walk.walk(parsePython(readable));
  return inOrder(places.values());
}

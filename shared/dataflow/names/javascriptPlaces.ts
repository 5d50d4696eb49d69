import { CellWalk } from "../javascript/CellWalk.ts";
import { NameUses } from "../javascript/NameUses.ts";
import { parseCell } from "../javascript/parseCell.ts";
import type { AnyNode, ImportDeclaration } from "acorn";
import { inOrder, type NamePlace } from "./NamePlace.ts";

/** Undefined for a cell that cannot be read. */
export function javascriptPlaces(source: string): readonly NamePlace[] | undefined {
  const parsed = parseCell(source);
  if (!parsed.ok) return undefined;
  const cell = parsed.value;
  // An expression was parsed behind a parenthesis, which is not in the cell.
  const shift = cell.kind === "expression" ? cell.expression.start - cell.start : 0;
  const places = new Map(
    placesIn(cell.kind === "expression" ? [cell.expression] : cell.body, shift).map((place) => [place.from, place]),
  );
  const imported = cell.kind === "program" ? cell.imports.flatMap(({ declaration }) => importPlaces(declaration)) : [];
  for (const place of imported) places.set(place.from, place);
  return inOrder(places.values());
}

/** Where parts of a program name variables of the notebook. `shift`: how far they stand behind their place in the cell. */
export function placesIn(nodes: readonly AnyNode[], shift = 0): readonly NamePlace[] {
  const places = new Map<number, NamePlace>();
  const shorthands = new Set<number>();
  const walk = new CellWalk(new NameUses(), {
    name: (name, start) => {
      const from = start - shift;
      places.set(from, { name, from, to: from + name.length, form: "name" });
    },
    shorthand: (start) => shorthands.add(start - shift),
  });
  // Nothing is said to be declared at the top: so names of the notebook are found where they are defined, too.
  walk.walk(nodes, []);
  return inOrder(
    [...places.values()].map((place) => (shorthands.has(place.from) ? { ...place, form: "shorthand" } : place)),
  );
}

function importPlaces(declaration: ImportDeclaration): readonly NamePlace[] {
  return declaration.specifiers.map((specifier) => {
    const { name, start: from, end: to } = specifier.local;
    const plain = specifier.type === "ImportSpecifier" && specifier.imported.start === from;
    return { name, from, to, form: plain ? "import" : "name" };
  });
}

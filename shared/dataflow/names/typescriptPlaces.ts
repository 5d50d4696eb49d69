import { stripTypes } from "../typescript/stripTypes.ts";
import { javascriptPlaces } from "./javascriptPlaces.ts";
import { inOrder, type NamePlace } from "./NamePlace.ts";

/** Undefined for a cell that cannot be read. Names in types are no places: types are not executed. */
export function typescriptPlaces(source: string): readonly NamePlace[] | undefined {
  const stripped = stripTypes(source);
  if (!stripped.ok) return undefined;
  const { code, originOf } = stripped.value;
  const places = javascriptPlaces(code)?.flatMap((place): readonly NamePlace[] => {
    const from = originOf(place.from);
    const to = from === undefined ? undefined : from + place.name.length;
    // What was put in for the author (an enum's object) stands nowhere in the cell.
    if (from === undefined || to === undefined || source.slice(from, to) !== place.name) return [];
    return [{ ...place, from, to }];
  });
  return places && inOrder(new Map(places.map((place) => [place.from, place])).values());
}

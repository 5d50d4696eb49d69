import { readTemplate } from "../template/readTemplate.ts";
import { placesIn } from "./javascriptPlaces.ts";
import type { NamePlace } from "./NamePlace.ts";

/** In the values of a cell of text. Undefined for a cell that cannot be read. */
export function templatePlaces(source: string): readonly NamePlace[] | undefined {
  const values = readTemplate(source);
  return values.ok ? placesIn(values.value.map(({ expression }) => expression)) : undefined;
}

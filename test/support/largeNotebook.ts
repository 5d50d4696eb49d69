import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId } from "#shared/base/ids.ts";
import { seedUpdate } from "#shared/notebook/createNotebook.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";

/** Letters in one cell: a long one, as imports of scripts and data have them. */
const CELL_LETTERS = 4_000;

/** A notebook of about `size` bytes in many cells, as one update. */
export function largeNotebook(size: number): Uint8Array {
  const random = seededRandom(7);
  const letters = (): string => {
    let text = "";
    while (text.length < CELL_LETTERS) text += `${Math.floor(random() * 2 ** 40).toString(36)}\n`;
    return text;
  };
  const cells = Array.from({ length: Math.ceil(size / CELL_LETTERS) }, (_, index) => ({
    id: CellId.parse(`large-${index}`)!,
    kind: "code" as const,
    language: "javascript",
    source: letters(),
  }));
  return seedUpdate(contentHashOfText("large"), { title: "A large notebook", language: "javascript", cells });
}

import { contentHashOfText } from "#shared/base/hash.ts";
import { CellId, RunId } from "#shared/base/ids.ts";
import { seededRandom } from "#shared/base/seededRandom.ts";
import { bytes, ms, unixMs } from "#shared/base/units.ts";
import { seedUpdate, type SeedCell } from "#shared/notebook/createNotebook.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";

/** Letters of a cell: text that explains, source, and what it printed. */
const PROSE = 3_200;
const SOURCE = 4_200;
const PRINTED = 900;
const WORDS = "the mean of each sample grows as we take more values and a plot shows how it settles".split(" ");

/** A notebook of about `size` bytes as one update: text and code in turn, all of it run, after a short first cell. */
export function lessonNotebook(size: number): Uint8Array {
  const random = seededRandom(7);
  const count = Math.ceil((2 * size) / (PROSE + SOURCE + PRINTED));
  const words = (letters: number, line: (text: string) => string): string => {
    let text = "";
    while (text.length < letters) {
      const some = Array.from({ length: 9 }, () => WORDS[Math.floor(random() * WORDS.length)]);
      text += `${line(some.join(" "))}\n`;
    }
    return text;
  };
  const prose = (index: number): SeedCell => ({
    ...{ id: cellId(index), kind: "markdown", language: "" },
    source: `## Step ${index}\n\n${words(PROSE, (text) => (random() < 0.2 ? `\n- **${text}**` : text))}`,
  });
  const code = (index: number): SeedCell => {
    const source = `const value${index} = ${index};\n${words(SOURCE, (text) => `console.log("${text}");`)}`;
    const run = printed(
      index,
      source,
      words(PRINTED, (text) => text),
    );
    return { id: cellId(index), kind: "code", language: "javascript", source, run };
  };
  const first: SeedCell = { id: cellId(0), kind: "code", language: "javascript", source: "1 + 1" };
  const rest = Array.from({ length: count - 1 }, (_, index) => (index % 2 === 0 ? prose(index + 1) : code(index + 1)));
  const draft = { title: "A long lesson", language: "javascript", cells: [first, ...rest] };
  return seedUpdate(contentHashOfText("lesson"), draft);
}

const cellId = (index: number): CellId => CellId.parse(`lesson-${index}`)!;

function printed(index: number, source: string, text: string): RunRecord {
  const inline = JSON.stringify({ output_type: "stream", name: "stdout", text });
  const hash = contentHashOfText(inline);
  return {
    ...{ run: RunId.parse(`run-${index}`)!, by: undefined, byName: "Teacher", where: { at: "here" } },
    ...{ sourceHash: contentHashOfText(source), inputs: {}, errorAt: undefined },
    ...{ started: unixMs(1_700_000_000_000 + index), duration: ms(12), status: "ok", count: index },
    outputs: [{ hash, mime: "stdout", size: bytes(inline.length), inline }],
  };
}

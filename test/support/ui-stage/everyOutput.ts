import type { SeedCell } from "#shared/notebook/createNotebook.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { display, printed } from "./demoNotebook.ts";

const ESC = "\u001b[";
/** A PNG of 160 × 90, one colour. */
const PNG = pngOfOneColor();

const OUTPUTS: readonly (readonly [string, readonly CellOutput[]])[] = [
  [
    "ansi",
    [
      printed(
        `${ESC}1mbold${ESC}0m ${ESC}31mred${ESC}0m ${ESC}32mgreen${ESC}0m ${ESC}33myellow${ESC}0m ${ESC}34mblue${ESC}0m ` +
          `${ESC}35mmagenta${ESC}0m ${ESC}36mcyan${ESC}0m ${ESC}90mgray${ESC}0m ${ESC}38;2;255;120;0mtrue colour${ESC}0m\n` +
          `downloading 10%\rdownloading 100%\n`,
      ),
      printed("and something on stderr\n", "stderr"),
    ],
  ],
  ["a value", [display({ "text/plain": "Map(2) { 'a' => 1, 'b' => [ 1, 2, 3 ] }" })]],
  [
    "a JSON tree",
    [
      display({
        "application/json": {
          name: "ring",
          nodes: [
            { id: 1, up: true },
            { id: 2, up: null },
          ],
          note: "ok",
        },
      }),
    ],
  ],
  [
    "records",
    [display({ "application/json": Array.from({ length: 5 }, (_, n) => ({ n, square: n * n, name: `row ${n}` })) })],
  ],
  ["an image", [display({ "image/png": PNG, "text/plain": "A plain blue rectangle" })]],
  ["markdown", [display({ "text/markdown": "**Bold**, a formula $e^{i\\pi}+1=0$ and\n\n```js\nconst a = 1;\n```" })]],
  ["latex", [display({ "text/latex": "\\int_0^1 x^2\\,dx = \\tfrac{1}{3}" })]],
  [
    "html that tries things",
    [
      display({
        "text/html":
          '<style>b { color: teal }</style><b onclick="top.hacked=1">styled</b> <script>top.hacked = 1</script>' +
          '<img src="https://example.org/spy.png" onerror="top.hacked=1"> <a href="https://example.org">a link</a>' +
          "<form action='https://example.org'><input></form>",
      }),
    ],
  ],
  ["a table", [display({ "text/csv": csvOf(1_000), "text/plain": "a table" })]],
  [
    "a table of pandas",
    [
      display({
        "application/vnd.dataresource+json": {
          schema: {
            fields: [
              { name: "city", type: "string" },
              { name: "people", type: "integer" },
            ],
          },
          data: [
            { city: "Bogotá", people: 7_900_000 },
            { city: "Quito", people: null },
          ],
        },
      }),
    ],
  ],
  ["a sound", [display({ "audio/wav": "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQAAAAA=" })]],
  ["a document", [display({ "application/pdf": "JVBERi0xLjQKJSVFT0YK" })]],
  ["long text", [printed(Array.from({ length: 1_000 }, (_, i) => `line ${i + 1}`).join("\n"))]],
  ["tall HTML", [display({ "text/html": "<p>row</p>".repeat(60) })]],
  ["something unknown", [display({ "application/vnd.plotly.v1+json": { data: [] } })]],
];

/** A notebook whose cells show each kind of output, the hostile and the missing included. */
export function everyOutput(meshbook: FakeMeshbook): FakeNotebookSession {
  const cells = OUTPUTS.map(([name]): SeedCell => ({ kind: "code", language: "javascript", source: `// ${name}` }));
  const missing: SeedCell = { kind: "code", language: "javascript", source: "// output that nobody here has" };
  const draft = { title: "Every kind of output", language: "javascript", cells: [...cells, missing] };
  const session = meshbook.addNotebook(draft);
  const ids = readNotebook(session.doc).cells.map((cell) => cell.id);
  OUTPUTS.forEach(([, outputs], at) => {
    const id = ids[at];
    if (id !== undefined) session.writeRun(id, outputs, { count: at + 1 });
  });
  const last = ids.at(-1);
  if (last !== undefined) session.writeRun(last, [printed("x".repeat(40_000))], { count: 99 });
  session.bodies.delete(session.store([printed("x".repeat(40_000))])[0]!.hash);
  return session;
}

function csvOf(rows: number): string {
  const cities = ["Bogotá", "Lima", "Quito", "La Paz", "Asunción"];
  const lines = Array.from({ length: rows }, (_, at) => {
    const name = `node-${at + 1}`;
    return `${name},${cities[at % cities.length] ?? ""},${((at * 7919) % 1000) / 10},"runs, ${at % 3 === 0 ? "waits" : "votes"}"`;
  });
  return ["node,city,latency in ms,state", ...lines].join("\n");
}

function pngOfOneColor(): string {
  if (typeof document === "undefined") return "";
  const canvas = document.createElement("canvas");
  canvas.width = 160;
  canvas.height = 90;
  const context = canvas.getContext("2d");
  if (context !== null) {
    context.fillStyle = "#3b82c4";
    context.fillRect(0, 0, 160, 90);
  }
  return canvas.toDataURL("image/png").split(",")[1] ?? "";
}

import { PeerId } from "#shared/base/ids.ts";
import { ms, unixMs } from "#shared/base/units.ts";
import type { SeedCell } from "#shared/notebook/createNotebook.ts";
import type { CellOutput, MimeBundle } from "#shared/notebook/output.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { RunRecord } from "#shared/notebook/runRecord.ts";
import { fakeId, FAKE_PEER, type FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const code = (source: string, language = "javascript"): SeedCell => ({ kind: "code", language, source });
const text = (source: string): SeedCell => ({ kind: "markdown", language: "", source });
export const display = (data: MimeBundle): CellOutput => ({ output_type: "display_data", data, metadata: {} });
export const printed = (stdout: string, name: "stdout" | "stderr" = "stdout"): CellOutput => ({
  output_type: "stream",
  name,
  text: stdout,
});

const CELLS: readonly SeedCell[] = [
  text(
    "# Gossip on a ring\n\nEach node tells a few others what it knows. After $k$ rounds with fan-out $f$, about " +
      "$(1+f)^k$ nodes have heard the news, so that everybody has after\n\n$$\nk \\approx \\log_{1+f} n\n$$\n\n" +
      "rounds. We try it with **1,000 nodes**, and count messages:\n\n- *push*: who knows tells\n- *pull*: who does not " +
      "know asks\n\nSee `spread` below, or [the paper](https://example.org/epidemics).",
  ),
  code(
    "/** One round: every node that knows tells `fanOut` others. */\nfunction spread(known, fanOut, random) {\n" +
      "  const next = new Set(known);\n  for (const node of known) {\n    for (let i = 0; i < fanOut; i++) {\n" +
      "      next.add(Math.floor(random() * 1000));\n    }\n  }\n  return next;\n}",
  ),
  code(
    "let known = new Set([0]);\nconst rounds = [];\nwhile (known.size < 1000) {\n  known = spread(known, 2, Math.random);\n" +
      "  rounds.push(known.size);\n  console.log(`round ${rounds.length}: ${known.size} nodes`);\n}\n" +
      "({ rounds, fanOut: 2, converged: true })",
  ),
  text("## How fast?\n\nThe number of informed nodes grows like an *S*, slow at both ends."),
  code("display.html(table(rounds.map((nodes, round) => ({ round: round + 1, nodes }))))"),
  code("const slow = rounds.filter((n) => n < limit);\nslow.length / rounds.lenght;"),
  code("const chart = plot(rounds, { width: 640 });\nchart"),
  code("import numpy as np\nnp.log(1000) / np.log(3)", "python"),
];

const ROUNDS = [3, 9, 27, 78, 217, 503, 829, 974, 998, 1000];
const TABLE = `<table><thead><tr><th>round</th><th>informed nodes</th><th>share</th></tr></thead><tbody>${ROUNDS.slice(
  0,
  6,
)
  .map((n, i) => `<tr><td>${i + 1}</td><td>${n}</td><td>${(n / 10).toFixed(1)} %</td></tr>`)
  .join("")}</tbody></table>`;
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 180" width="640" height="180"><g fill="none" stroke="currentColor" stroke-opacity=".18"><path d="M40 150H630M40 105H630M40 60H630M40 15H630"/></g><polyline fill="none" stroke="#6665e0" stroke-width="2.5" stroke-linejoin="round" points="${ROUNDS.map((n, i) => `${40 + i * 65},${150 - n * 0.135}`).join(" ")}"/>${ROUNDS.map((n, i) => `<circle cx="${40 + i * 65}" cy="${150 - n * 0.135}" r="3.5" fill="#6665e0"/>`).join("")}<text x="40" y="172" font-size="12" fill="currentColor">1</text><text x="618" y="172" font-size="12" fill="currentColor">10</text></svg>`;

/** A notebook with cells and outputs of every kind. */
export function demoNotebook(meshbook: FakeMeshbook, title = "Gossip on a ring"): FakeNotebookSession {
  const session = meshbook.addNotebook({ title, language: "javascript", cells: CELLS }, { place: "class" });
  const ids = readNotebook(session.doc).cells.map((cell) => cell.id);
  const run = (at: number, outputs: readonly CellOutput[], record: Partial<RunRecord> = {}): void => {
    const id = ids[at];
    if (id !== undefined) session.writeRun(id, outputs, { started: unixMs(Date.now()), ...record });
  };
  run(1, [], { count: 1 });
  const lines = ROUNDS.map((n, i) => `round \u001b[36m${i + 1}\u001b[0m: ${n} nodes`).join("\n");
  const value = { "application/json": { rounds: ROUNDS, fanOut: 2, converged: true }, "text/plain": "{…}" };
  run(2, [printed(`${lines}\n`), display(value)], { count: 2, duration: ms(38) });
  const agent = PeerId.parse("lab3".padEnd(22, "A")) ?? FAKE_PEER;
  run(4, [display({ "text/html": TABLE, "text/plain": "table" })], {
    count: 3,
    where: { at: "agent", agent, name: "lab-3" },
    byName: "Ben Okafor",
    by: fakeId("ben"),
    duration: ms(1_240),
  });
  const trace = ["ReferenceError: limit is not defined", "    at cell 6, line 1", "    at Array.filter (<anonymous>)"];
  run(
    5,
    [
      printed("warning: `lenght` is not a property of Array\n", "stderr"),
      { output_type: "error", ename: "ReferenceError", evalue: "limit is not defined", traceback: trace },
    ],
    { status: "error", count: 4, errorAt: { line: 1, column: 42 }, sourceHash: undefined },
  );
  run(6, [display({ "image/svg+xml": SVG })], { count: 5, byName: "Ben Okafor", by: fakeId("ben") });
  return session;
}

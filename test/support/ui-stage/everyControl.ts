import type { JsonObject } from "#shared/base/parse.ts";
import { CONTROL_MIME } from "#shared/notebook/controls/controlMime.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import type { FakeMeshbook } from "../fake/FakeMeshbook.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";
import { display } from "./demoNotebook.ts";

const control = (kind: string, label: string, rest: JsonObject, shared = false): CellOutput =>
  display({ [CONTROL_MIME]: { kind, key: `${shared ? "shared" : "own"}:${label}`, label, shared, ...rest } });

/** As a kernel shows them. */
const CONTROLS: readonly CellOutput[] = [
  control("slider", "Number of points", { min: 0, max: 200, step: 1, value: 60 }),
  control("slider", "Speed", { min: 0, max: 1, step: 0.01, value: 0.25 }, true),
  control("select", "Topology", { options: ["ring", "star", "mesh"], value: "star" }),
  control("text", "Name", { value: "Ada", placeholder: "" }),
  control("toggle", "Show labels", { value: true }),
  control("button", "Roll again", {}),
  control("file", "Measurements", { accept: ".csv" }),
  control("table", "Cities", {
    columns: ["city", "people"],
    rows: [
      ["Bogotá", "7900000"],
      ["Quito", "1900000"],
      ["Lima", "10000000"],
    ],
    total: 3,
  }),
];

/** A cell with a control of each kind. */
export function everyControl(meshbook: FakeMeshbook): FakeNotebookSession {
  const cell = { kind: "code", language: "javascript", source: "// every control" } as const;
  const session = meshbook.addNotebook({ title: "Controls", language: "javascript", cells: [cell] });
  for (const { id } of readNotebook(session.doc).cells) session.writeRun(id, CONTROLS, { count: 1 });
  return session;
}

import type { ValueFacts } from "#shared/ports/Kernel.ts";
import type { ValueState } from "#shared/session/inspection/NotebookValues.ts";
import type { FakeNotebookSession } from "../fake/FakeNotebookSession.ts";

const METHODS = ["filter", "find", "findIndex", "flatMap", "forEach", "includes", "indexOf", "join", "map"];

function known(type: string, preview: string, over: Partial<ValueFacts> = {}): ValueState {
  const members = METHODS.map((name) => ({ name, kind: "function" }) as const);
  const facts = { type, preview, size: undefined, signature: undefined, doc: undefined, members, ...over };
  return { state: "known", kernel: 0, facts };
}

const VALUES: Readonly<Record<string, ValueState>> = {
  spread: known("function", "function spread(known, fanOut, random)", {
    signature: "(known, fanOut, random)",
    doc: "One round: every node that knows tells `fanOut` others.",
  }),
  known: known("Set", "Set { 1,000 items }", { size: "1,000 items" }),
  rounds: known("Array", "[3, 9, 27, 78, 217, 503, 829, 974, …]", { size: "10 items" }),
  chart: { state: "busy", kernel: 1 },
};

/** Gives the demonstration's session values to look at: some known, one in a kernel that runs, the others nowhere. */
export function withValues(session: FakeNotebookSession): void {
  session.values = {
    look: (paths) => Promise.resolve(paths.map(({ names }) => VALUES[names[0] ?? ""] ?? { state: "away" })),
  };
}

import { describe, expect, it } from "vitest";
import { OFFER_LIMIT } from "#shared/jobs/jobMessage.ts";
import { runOnEntries } from "../../../../renderer/jobs/runOnEntries.ts";
import type { MenuEntry } from "../../../../renderer/ui/menu/menuEntry.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";
import { AGENTS } from "../../../support/ui-stage/agents.ts";

describe("where a cell can run", () => {
  it("is here alone where it is too large to be sent, and that is said", () => {
    const { app, notebook, ids } = openNotebook("1", `"${"x".repeat(OFFER_LIMIT)}"`);
    app.meshbook.classroom.set({ base: "http://host", name: "Class", connected: true, agents: AGENTS });
    const [small, large] = ids.map((id) => runOnEntries({ app, notebook }, id).map(shown));
    expect(small).toContain("Any computer");
    expect(large).toEqual([
      "This computer",
      "line",
      "No other computer (off): This cell is larger than the 192 KiB that can be sent",
    ]);
  });
});

function shown(entry: MenuEntry): string {
  if (typeof entry === "string") return entry;
  if (!("run" in entry)) return entry.label;
  const { label, detail = "", disabled = false } = entry;
  return disabled ? `${label} (off): ${detail}` : label;
}

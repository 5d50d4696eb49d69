import { describe, expect, it } from "vitest";
import { commands } from "../../../../renderer/commands/commands.ts";
import { keeperInWords, linkInWords, readOnlyInWords } from "../../../../renderer/rooms/roleWords.ts";
import { OPEN_ACCESS } from "../../../support/fake/FakeNotebookSession.ts";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

describe("commands for somebody who may", () => {
  const able = (role: "viewer" | "runner" | "editor", id: keyof typeof commands): boolean => {
    const { app, notebook, session } = openNotebook("1 + 1", "2 + 2");
    session.access.set({ ...OPEN_ACCESS, role });
    return commands[id].when({ app, notebook });
  };

  it("read: neither run nor edit, but share and export", () => {
    expect(able("viewer", "run.cell")).toBe(false);
    expect(able("viewer", "cell.insertBelow")).toBe(false);
    expect(able("viewer", "notebook.exportIpynb")).toBe(true);
    expect(able("viewer", "notebook.members")).toBe(true);
  });

  it("run: run and go on, but neither edit nor run-and-insert", () => {
    expect(able("runner", "run.all")).toBe(true);
    expect(able("runner", "run.andNext")).toBe(true);
    expect(able("runner", "run.andInsert")).toBe(false);
    expect(able("runner", "cell.delete")).toBe(false);
  });

  it("run: make no new cell past the last one", () => {
    const { app, notebook, session } = openNotebook("1 + 1");
    session.access.set({ ...OPEN_ACCESS, role: "runner" });
    commands["run.andNext"].run({ app, notebook });
    expect(notebook.order.get()).toHaveLength(1);
    expect(session.executed).toHaveLength(1);
  });
});

describe("words about roles", () => {
  it("say why one cannot write, and nothing to those who can", () => {
    expect(readOnlyInWords({ ...OPEN_ACCESS, role: "viewer" })).toBe("You may read this notebook, not change it.");
    expect(readOnlyInWords({ ...OPEN_ACCESS, role: "runner" })).toMatch("run its cells");
    expect(readOnlyInWords({ ...OPEN_ACCESS, role: "teacher" })).toBeUndefined();
  });

  it("promise rules only where a host keeps them", () => {
    expect(keeperInWords(OPEN_ACCESS)).toMatch("Share it first");
    const words = keeperInWords({ ...OPEN_ACCESS, enforced: true, restricted: true });
    expect(words).toMatch("The class host keeps these rules");
    expect(words).toMatch("each computer checks what it is sent");
    expect(words).toMatch("pass on what others wrote");
    expect(words).toMatch("does not travel over it");
    expect(keeperInWords({ ...OPEN_ACCESS, enforced: true })).not.toMatch("linked directly");
    expect(linkInWords({ ...OPEN_ACCESS, everybody: "viewer", enforced: false })).toMatch("read and edit");
    expect(linkInWords({ ...OPEN_ACCESS, everybody: "viewer", enforced: true })).toMatch(/can read this notebook, and/);
  });
});

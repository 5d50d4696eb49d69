import { expect, it } from "vitest";
import { openNotebook } from "../../../support/fake/openNotebook.ts";

it("says that cells were not run, and leads to the one that failed", () => {
  const { app, notebook, session, ids } = openNotebook("one", "two", "three");
  session.skipped.emit({ cells: [ids[1]!, ids[2]!], failed: ids[0]! });
  const [toast] = app.toasts.getState().shown;
  expect(toast?.text).toBe("2 cells were not run: one before them failed");
  toast?.action?.run();
  expect(notebook.ui.getState().active).toBe(ids[0]);
});

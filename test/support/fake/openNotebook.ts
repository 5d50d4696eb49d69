import type { CellId } from "#shared/base/ids.ts";
import type { Dispose } from "#shared/base/dispose.ts";
import { Value } from "#shared/base/value.ts";
import { readNotebook } from "#shared/notebook/readNotebook.ts";
import { createPanels } from "../../../renderer/state/panels.ts";
import { createCellClipboard } from "../../../renderer/state/cellClipboard.ts";
import { createTheme } from "../../../renderer/state/theme.ts";
import { createToasts } from "../../../renderer/state/toasts.ts";
import type { Whereabouts } from "../../../renderer/state/whereabouts.ts";
import type { AppServices } from "../../../renderer/app/appServices.ts";
import { runCommand, type CommandId } from "../../../renderer/commands/commands.ts";
import { composeNotebook, type NotebookServices } from "../../../renderer/notebook/services/notebookServices.ts";
import { FakeMeshbook } from "./FakeMeshbook.ts";
import type { FakeNotebookSession } from "./FakeNotebookSession.ts";

export interface OpenNotebook {
  readonly app: AppServices & { readonly meshbook: FakeMeshbook };
  readonly notebook: NotebookServices;
  readonly session: FakeNotebookSession;
  /** Cells at the start, in order. */
  readonly ids: readonly CellId[];
  readonly run: (...ids: readonly CommandId[]) => void;
  readonly sources: () => readonly string[];
  readonly dispose: Dispose;
}

/** A notebook of JavaScript cells with these sources, open on fakes, without a page. */
export function openNotebook(...sources: readonly string[]): OpenNotebook {
  const meshbook = new FakeMeshbook();
  const app = {
    meshbook,
    panels: createPanels(),
    toasts: createToasts(),
    theme: createTheme(meshbook.settings).theme,
    clipboard: createCellClipboard(),
    whereabouts: new Value<Whereabouts | undefined>(undefined),
    offline: undefined,
  };
  const cells = sources.map((source) => ({ kind: "code", language: "javascript", source }) as const);
  const session = meshbook.addNotebook({ title: "Test", language: "javascript", cells });
  const { services: notebook, dispose } = composeNotebook(session, app);
  return {
    app,
    notebook,
    session,
    dispose,
    ids: notebook.order.get(),
    run: (...ids) => ids.forEach((id) => runCommand(id, { app, notebook })),
    sources: () => readNotebook(session.doc).cells.map((cell) => cell.source),
  };
}

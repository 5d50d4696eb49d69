import { messageOf } from "#shared/base/errors.ts";
import type { CellId } from "#shared/base/ids.ts";
import { readCell } from "#shared/notebook/cell.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import type { Placement } from "#shared/session/views.ts";
import type { AppServices } from "../app/appServices.ts";
import { languageName, runsHere } from "../jobs/runnable.ts";
import type { NotebookServices } from "../notebook/services/notebookServices.ts";
import { activate, neighbour } from "../state/notebookUi.ts";
import { openPanel } from "../state/panels.ts";
import { showToast } from "../state/toasts.ts";
import { insertEmpty, selection } from "./cellCommands.ts";
import { inEditable, inNotebook, inRunnable, isEditable, type Command, type NotebookAction } from "./Command.ts";

/** Executes the code cells among `ids`; of the others there is nothing to execute. Says what cannot run. */
export function execute(
  notebook: NotebookServices,
  app: AppServices,
  ids: readonly CellId[],
  placement?: Placement,
): void {
  const run = executable(notebook, app, ids, placement);
  if (run.length > 0) notebook.session.execute(run, placement);
}

/** As `execute`, whatever results are kept. */
export function executeAnew(
  notebook: NotebookServices,
  app: AppServices,
  ids: readonly CellId[],
  placement?: Placement,
): void {
  const run = executable(notebook, app, ids, placement);
  if (run.length > 0) notebook.session.execute(run, placement, { anew: true });
}

function executable(
  { session }: NotebookServices,
  { toasts }: AppServices,
  ids: readonly CellId[],
  placement: Placement = { at: "here" },
): readonly CellId[] {
  const { cells } = notebookRoots(session.doc);
  const code = ids.flatMap((id) => readCell(cells, id) ?? []).filter((cell) => cell.kind === "code");
  const able = code.filter((cell) => placement.at !== "here" || runsHere(cell.language));
  const unable = code.find((cell) => !able.includes(cell));
  if (unable !== undefined) showToast(toasts, `${languageName(unable.language)} cannot run here yet`);
  return able.map((cell) => cell.id);
}

const runSelection: NotebookAction = (notebook, app) => execute(notebook, app, selection(notebook));

const run: NotebookAction = (notebook, app) => {
  runSelection(notebook, app);
  activate(notebook.ui, notebook.ui.getState().active);
};

/** As Jupyter: goes to the next cell, and past the last one writes a new cell, where one may. */
const runAndNext: NotebookAction = (notebook, app) => {
  runSelection(notebook, app);
  const next = neighbour(notebook.order.get(), selection(notebook).at(-1), 1);
  if (next !== undefined) activate(notebook.ui, next);
  else if (isEditable(notebook)) insertEmpty(notebook, "end", "code", "edit");
};

const runAndInsert: NotebookAction = (notebook, app) => {
  const last = selection(notebook).at(-1);
  runSelection(notebook, app);
  insertEmpty(notebook, last === undefined ? "end" : { after: last }, "code", "edit");
};

const any = (notebook: NotebookServices): boolean => selection(notebook).length > 0;
const busy = ({ session }: NotebookServices): boolean => session.busy.get() > 0;

/** Cells that never ran are not out of date: nothing of them is shown. */
const runStale: NotebookAction = (notebook, app) => {
  notebook.dataflow.stale().then(
    (stale) => {
      if (stale.length === 0) showToast(app.toasts, "Nothing is out of date");
      else execute(notebook, app, stale);
    },
    (error: unknown) => showToast(app.toasts, `The cells could not be read: ${messageOf(error)}`, { tone: "bad" }),
  );
};

function restart({ session }: NotebookServices, { toasts }: AppServices): void {
  const { control } = session;
  const here = control.kernels.get().filter(({ state }) => state !== "off").length;
  const started = here + control.agentKernels.get().length;
  control.restart();
  const words = started === 1 ? "The kernel starts anew." : `${started} kernels start anew.`;
  const none = "No kernel has been started yet.";
  showToast(toasts, started === 0 ? none : `${words} Variables are made again when a cell needs them.`);
}

export const runCommands = {
  "run.cell": inRunnable("Run the cell", "Run", run, any),
  "run.anew": inRunnable(
    "Run the cell even if its result is kept",
    "Run",
    (n, app) => executeAnew(n, app, selection(n)),
    any,
  ),
  "run.andNext": inRunnable("Run the cell and go to the next", "Run", runAndNext, any),
  "run.andInsert": inEditable("Run the cell and insert one below", "Run", runAndInsert, any),
  "run.all": inRunnable("Run all cells", "Run", (notebook, app) => execute(notebook, app, notebook.order.get())),
  "run.stopCells": inRunnable("Stop these cells", undefined, (n) => n.session.stop(selection(n)), any),
  "run.stale": inRunnable("Run what is out of date", "Run", runStale),
  "run.dataflow": inNotebook("Show how cells depend on one another", "Run", (_, { panels }) =>
    openPanel(panels, "dataflow"),
  ),
  "run.queue": inRunnable("Show what runs and waits", "Run", (_, { panels }) => openPanel(panels, "queue")),
  "run.restart": inRunnable("Restart all kernels", "Run", restart),
  "run.stopAll": inRunnable("Stop everything that runs", "Run", ({ session }) => session.stop(), busy),
} satisfies Record<string, Command>;

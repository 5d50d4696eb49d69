import { disposeAll, type Dispose } from "#shared/base/dispose.ts";
import type { CellId } from "#shared/base/ids.ts";
import { systemClock } from "#shared/adapters/systemClock.ts";
import { ms } from "#shared/base/units.ts";
import type { Readable } from "#shared/base/value.ts";
import { cellSource, readCell } from "#shared/notebook/cell.ts";
import { documentState, notebookRoots } from "#shared/notebook/schema.ts";
import { mayEdit } from "#shared/rooms/access/role.ts";
import { LiveDataflow } from "#shared/session/dataflow/LiveDataflow.ts";
import type { NotebookSession } from "#shared/session/NotebookSession.ts";
import type { AppServices } from "../../app/appServices.ts";
import { nextPause, pageIdle } from "../../adapters/page/pageIdle.ts";
import { EditorAssist } from "../../cell/editor/assist/EditorAssist.ts";
import { Editors } from "../../cell/editor/Editors.ts";
import { EditorTurns } from "../../cell/editor/turns/EditorTurns.ts";
import { Languages } from "../../cell/editor/languages.ts";
import { Nearness } from "../../cell/editor/turns/Nearness.ts";
import { OutputBodies } from "../../output/OutputBodies.ts";
import { personName } from "../../peers/personName.ts";
import { RemoteCursors } from "../../peers/RemoteCursors.ts";
import { createNotebookUi, type CellMode, type NotebookUi } from "../../state/notebookUi.ts";
import { announce } from "../../state/toasts.ts";
import { followDeletions } from "./followDeletions.ts";
import { announceRunEnds } from "./announceRunEnds.ts";
import { showCells } from "./showCells.ts";
import { tellSkipped } from "./tellSkipped.ts";
import { watchCellOrder } from "./watchCellOrder.ts";

/** Longest that a cell waits on a busy page before it is put there (milliseconds). */
const CELLS_PATIENCE = ms(100);

/** What the parts of one open notebook share. */
export interface NotebookServices {
  readonly session: NotebookSession;
  readonly ui: NotebookUi;
  /** The visible cells, in order. */
  readonly order: Readable<readonly CellId[]>;
  /** Those that are on the page. */
  readonly shown: Readable<readonly CellId[]>;
  readonly editors: Editors;
  readonly languages: Languages;
  readonly assist: EditorAssist;
  readonly nearness: Nearness;
  readonly turns: EditorTurns;
  readonly cursors: RemoteCursors;
  readonly bodies: OutputBodies;
  /** How cells read from one another; followed from when somebody begins to work in the notebook. */
  readonly dataflow: LiveDataflow;
}

export function composeNotebook(
  session: NotebookSession,
  { meshbook, toasts, whereabouts }: AppServices,
): { services: NotebookServices; dispose: Dispose } {
  const { doc } = session;
  const { order, dispose } = watchCellOrder(doc);
  const { ui, editors } = enter(session, order.get(), whereabouts);
  const pause = (): Promise<void> => nextPause(CELLS_PATIENCE);
  const { shown, dispose: endShowing } = showCells({ order, ui, pause, now: () => performance.now() });
  const services: NotebookServices = {
    session,
    ui,
    order,
    shown,
    editors,
    languages: new Languages(),
    assist: new EditorAssist({
      ...{ doc, values: session.values, pause },
      after: (delay, then) => systemClock.after(delay, then),
    }),
    nearness: new Nearness(),
    turns: new EditorTurns({ page: globalThis, idle: pageIdle, pause: nextPause }),
    cursors: new RemoteCursors(session.editorAwareness, ({ peer, user: { name }, proven }) =>
      personName({ peer, name, proven }, session.access.get().members),
    ),
    bodies: bodiesOf(session),
    dataflow: new LiveDataflow({ doc, controls: session.controls, clock: systemClock, idle: pageIdle, pause }),
  };
  const say = (text: string): void => announce(toasts, text);
  const disposes = [
    dispose,
    endShowing,
    () => services.nearness.dispose(),
    () => services.assist.dispose(),
    () => services.turns.dispose(),
    () => services.cursors.dispose(),
    session.access.subscribe(() => services.cursors.readAgain()),
    () => services.bodies.dispose(),
    () => services.dataflow.close(),
    followDeletions({ doc, order, ui, me: meshbook.peer, firstMode: (cells) => firstMode(session, cells), say }),
    announceRunEnds({ doc, order, me: meshbook.peer, say }),
    tellSkipped(session, ui, toasts),
    ui.subscribe(({ active, mode }, before) => {
      services.dataflow.start();
      // Escape before the editor is there: the next key is a command.
      if (mode === "command") services.editors.forgetWanted();
      if (active !== before.active) session.setFocus(active);
    }),
  ];
  return { services, dispose: () => disposeAll(disposes) };
}

/** Where one begins: in the cell in which one was, if the notebook has another room since a moment ago; else in the first. */
function enter(
  session: NotebookSession,
  order: readonly CellId[],
  whereabouts: AppServices["whereabouts"],
): Pick<NotebookServices, "ui" | "editors"> {
  const were = whereabouts.get();
  if (were?.room !== session.room || !order.includes(were.cell)) {
    return { ui: createNotebookUi(order[0], firstMode(session, order)), editors: new Editors() };
  }
  whereabouts.set(undefined);
  const [editors, text] = [new Editors(), cellSource(notebookRoots(session.doc).cells, were.cell)];
  if (text !== undefined) editors.place(were.cell, text, were.caret ?? 0);
  return { ui: createNotebookUi(were.cell, were.mode), editors };
}

/** An empty cell of code, alone in a notebook, is there to be written into: the first key is text, not a command. */
function firstMode({ doc, access }: NotebookSession, [only, ...others]: readonly CellId[]): CellMode {
  if (others.length > 0 || documentState(doc) !== "ready" || !mayEdit(access.get().role)) return "command";
  const cell = only && readCell(notebookRoots(doc).cells, only);
  return cell && cell.kind === "code" && cell.source === "" ? "edit" : "command";
}

const bodiesOf = (session: NotebookSession): OutputBodies =>
  new OutputBodies(
    (hash) => session.readOutputBody(hash),
    systemClock,
    (hash) => session.madeOutput(hash),
  );

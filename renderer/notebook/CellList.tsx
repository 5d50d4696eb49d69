import { Fragment, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { CellView } from "../cell/CellView.tsx";
import type { DeletedNotice } from "../state/notebookUi.ts";
import { useReadable } from "../state/useReadable.ts";
import { AddCell } from "./AddCell.tsx";
import { DeletedCell } from "./DeletedCell.tsx";
import { EmptyNotebook } from "./EmptyNotebook.tsx";
import { FocusKeeper } from "./FocusKeeper.tsx";
import { useNotebook, useNotebookUi } from "./services/NotebookContext.tsx";

/** The cells in order, with notices where others deleted one under our hands. */
export function CellList(): ReactElement {
  const { order, shown } = useNotebook();
  const cells = useReadable(shown);
  const notices = useNotebookUi((state) => state.deletedNotices);
  if (cells.length === 0 && notices.length === 0) return <EmptyNotebook />;
  return (
    <>
      <div className="cells" role="grid" aria-label="Cells" aria-multiselectable>
        {cells.map((id) => (
          <Fragment key={id}>
            {notices.length > 0 && <Notices notices={notices} before={id} />}
            <CellView cellId={id} />
          </Fragment>
        ))}
        <Notices notices={notices} before={undefined} />
      </div>
      {cells.length === order.get().length && <AddCell />}
      <FocusKeeper />
    </>
  );
}

interface NoticesProps {
  readonly notices: readonly DeletedNotice[];
  readonly before: CellId | undefined;
}

function Notices({ notices, before }: NoticesProps): readonly ReactElement[] {
  return notices
    .filter((notice) => notice.before === before)
    .map((notice) => <DeletedCell key={notice.cell} notice={notice} />);
}

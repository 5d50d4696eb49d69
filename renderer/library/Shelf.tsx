import { CircleAlert, NotebookPen } from "lucide-react";
import type { ReactElement } from "react";
import type { NotebookCard } from "#shared/session/views.ts";
import { useServices } from "../app/Services.tsx";
import { useReadable } from "../state/useReadable.ts";
import { NotebookRow } from "./NotebookRow.tsx";
import { shelves } from "./shelves.ts";

/** The notebooks, in groups. */
export function Shelf(): ReactElement {
  const { meshbook } = useServices();
  const { state, message, notebooks } = useReadable(meshbook.library);
  const classroom = useReadable(meshbook.classroom);
  if (state === "loading") return <ShelfSkeleton />;
  const groups = shelves(notebooks, classroom?.name);
  return (
    <>
      {state === "failed" && (
        <div className="notice notice--bad" role="alert">
          <CircleAlert size={16} aria-hidden />
          <p>
            <strong>Notebooks cannot be kept on this computer.</strong> {message}
          </p>
        </div>
      )}
      {groups.length === 0 && state === "ready" && <EmptyShelf />}
      {groups.map(({ title, cards }) => (
        <Group key={title} title={title} cards={cards} />
      ))}
    </>
  );
}

function Group({ title, cards }: { readonly title: string; readonly cards: readonly NotebookCard[] }): ReactElement {
  return (
    <section className="shelf" aria-label={title === "" ? "Notebooks" : title}>
      {title !== "" && <h2>{title}</h2>}
      <ul>
        {cards.map((card) => (
          <NotebookRow key={card.room} card={card} />
        ))}
      </ul>
    </section>
  );
}

function EmptyShelf(): ReactElement {
  return (
    <div className="empty">
      <NotebookPen size={36} strokeWidth={1.5} aria-hidden />
      <h2>No notebooks yet</h2>
      <p>
        Start a new one, or drop a file anywhere on this page: Jupyter notebooks (.ipynb), Markdown, Python and
        JavaScript all become notebooks. A Meshbook file (.meshbook) merges with the notebook it was made of.
      </p>
    </div>
  );
}

function ShelfSkeleton(): ReactElement {
  return (
    <div className="shelf" role="status" aria-label="Looking for notebooks">
      {[260, 180, 220, 150].map((width) => (
        <div key={width} className="shelf__waiting">
          <div className="skeleton" style={{ width, height: 16 }} />
          <div className="skeleton" style={{ width: 96, height: 12 }} />
        </div>
      ))}
    </div>
  );
}

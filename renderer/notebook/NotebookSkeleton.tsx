import type { ReactElement } from "react";

/** The shape of a notebook, while one is being opened. */
export function NotebookSkeleton(): ReactElement {
  return (
    <div aria-busy="true" aria-label="Opening the notebook" role="status">
      <div className="header">
        <div className="header__inner">
          <div className="skeleton" style={{ width: 32, height: 32 }} />
          <div className="header__text">
            <div className="skeleton" style={{ width: 220, height: 18, marginBottom: 6 }} />
            <div className="skeleton" style={{ width: 150, height: 12 }} />
          </div>
        </div>
      </div>
      <CellsSkeleton />
    </div>
  );
}

export function CellsSkeleton(): ReactElement {
  return (
    <div className="cells" aria-hidden>
      {[88, 120, 60].map((height) => (
        <div key={height} className="cell">
          <div className="cell__grid">
            <span className="gutter" />
            <div className="cell__body skeleton" style={{ height }} />
          </div>
        </div>
      ))}
    </div>
  );
}

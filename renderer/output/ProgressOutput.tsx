import type { ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import { percentOf, type Progress } from "#shared/notebook/progress.ts";
import { useActivity } from "../cell/useCell.ts";

export interface ProgressOutputProps {
  readonly cellId: CellId;
  readonly progress: Progress;
}

/** How far a run has come, or came before it ended. */
export function ProgressOutput({ cellId, progress }: ProgressOutputProps): ReactElement {
  const going = useActivity(cellId).state === "running";
  const { done, total, text } = progress;
  const percent = percentOf(progress);
  const whole = done >= total;
  const count = total === 1 ? `${percent} %` : `${shown(done)} of ${shown(total)}`;
  const words = going || whole ? count : `stopped at ${count}`;
  return (
    <div className={`progress ${going || whole ? "" : "progress--stopped"}`}>
      <span
        role="progressbar"
        aria-label="Progress of the cell"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={text === "" ? words : `${words}, ${text}`}
        className="progress__track"
      >
        <span className="progress__bar" style={{ inlineSize: `${(done / total) * 100}%` }} />
      </span>
      <span className="progress__words" aria-hidden>
        {words}
        {text !== "" && <span className="progress__text">{text}</span>}
      </span>
    </div>
  );
}

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const shown = (value: number): string => NUMBER.format(value);

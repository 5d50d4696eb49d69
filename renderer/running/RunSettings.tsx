import { ChevronDown } from "lucide-react";
import { useId, type ReactElement } from "react";
import type * as Y from "yjs";
import {
  isReactive,
  notebookTimeLimit,
  setNotebookTimeLimit,
  setReactive,
  type TimeLimit,
} from "#shared/notebook/runOptions.ts";
import { notebookRoots } from "#shared/notebook/schema.ts";
import { useNotebook } from "../notebook/services/NotebookContext.tsx";
import { useYValue } from "../state/useYValue.ts";
import { limitInWords, TIME_LIMITS } from "./timeLimits.ts";

const limitOf = ({ doc }: Y.Map<unknown>): TimeLimit => (doc === null ? undefined : notebookTimeLimit(doc));
const reactiveOf = ({ doc }: Y.Map<unknown>): boolean => doc !== null && isReactive(doc);

/** How cells of this notebook run, for everybody. */
export function RunSettings(): ReactElement {
  const { doc } = useNotebook().session;
  const { meta } = notebookRoots(doc);
  const limit = useYValue(meta, limitOf);
  const reactive = useYValue(meta, reactiveOf);
  const [limitId, reactiveId] = [useId(), useId()];
  const choices = TIME_LIMITS.includes(limit) ? TIME_LIMITS : [limit, ...TIME_LIMITS];
  return (
    <section className="queue__part" aria-label="In this notebook, for everybody">
      <header className="queue__head">
        <h3>In this notebook, for everybody</h3>
      </header>
      <div className="run-setting">
        <label htmlFor={limitId}>Time limit of a cell</label>
        <span className="run-setting__select">
          <select
            id={limitId}
            className="field"
            value={choices.indexOf(limit)}
            onChange={(event) => setNotebookTimeLimit(doc, choices[Number(event.target.value)])}
          >
            {choices.map((choice, index) => (
              <option key={index} value={index}>
                {limitInWords(choice)}
              </option>
            ))}
          </select>
          <ChevronDown size={14} aria-hidden />
        </span>
      </div>
      <div className="run-setting">
        <span>
          <label htmlFor={reactiveId}>Reactive</label>
          <small id={`${reactiveId}-more`}>Running a cell runs what reads from it.</small>
        </span>
        <input
          id={reactiveId}
          type="checkbox"
          aria-describedby={`${reactiveId}-more`}
          checked={reactive}
          onChange={(event) => setReactive(doc, event.target.checked)}
        />
      </div>
    </section>
  );
}

import { useId, type ReactElement } from "react";
import type * as Y from "yjs";
import type { Bytes } from "#shared/base/units.ts";
import { DEFAULT_MEMORY_LIMIT, notebookMemoryLimit, setNotebookMemoryLimit } from "#shared/notebook/memoryLimit.ts";
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
import { Select } from "../ui/Select.tsx";
import { MEMORY_LIMIT_MORE, MEMORY_LIMITS, memoryInWords } from "./memoryLimits.ts";
import { limitInWords, TIME_LIMITS } from "./timeLimits.ts";

const memoryOf = ({ doc }: Y.Map<unknown>): Bytes => (doc === null ? DEFAULT_MEMORY_LIMIT : notebookMemoryLimit(doc));
const limitOf = ({ doc }: Y.Map<unknown>): TimeLimit => (doc === null ? undefined : notebookTimeLimit(doc));
const reactiveOf = ({ doc }: Y.Map<unknown>): boolean => doc !== null && isReactive(doc);

/** How cells of this notebook run, for everybody. */
export function RunSettings(): ReactElement {
  const { doc } = useNotebook().session;
  const { meta } = notebookRoots(doc);
  const limit = useYValue(meta, limitOf);
  const memory = useYValue(meta, memoryOf);
  const reactive = useYValue(meta, reactiveOf);
  const reactiveId = useId();
  return (
    <section className="queue__part" aria-label="In this notebook, for everybody">
      <header className="queue__head">
        <h3>In this notebook, for everybody</h3>
      </header>
      <Choice
        label="Time limit of a cell"
        choices={TIME_LIMITS}
        chosen={limit}
        inWords={limitInWords}
        choose={(choice) => setNotebookTimeLimit(doc, choice)}
      />
      <Choice
        label="Memory limit of a cell"
        more={MEMORY_LIMIT_MORE}
        choices={MEMORY_LIMITS}
        chosen={memory}
        inWords={memoryInWords}
        choose={(choice) => setNotebookMemoryLimit(doc, choice)}
      />
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

interface ChoiceProps<Value> {
  readonly label: string;
  readonly more?: string;
  readonly choices: readonly Value[];
  /** Shown first, if it is none of the choices. */
  readonly chosen: Value;
  readonly inWords: (value: Value) => string;
  readonly choose: (value: Value) => void;
}

function Choice<Value>({ label, more, choices, chosen, inWords, choose }: ChoiceProps<Value>): ReactElement {
  const id = useId();
  const all = choices.includes(chosen) ? choices : [chosen, ...choices];
  return (
    <div className="run-setting">
      <span>
        <label htmlFor={id}>{label}</label>
        {more === undefined ? undefined : <small id={`${id}-more`}>{more}</small>}
      </span>
      <Select
        className="run-setting__select"
        id={id}
        aria-describedby={more === undefined ? undefined : `${id}-more`}
        value={all.indexOf(chosen)}
        onChange={(event) => {
          const choice = all[Number(event.target.value)];
          // reason: a list of Value, of which undefined may be one; the index is one of its own.
          choose(choice as Value);
        }}
      >
        {all.map((choice, index) => (
          <option key={index} value={index}>
            {inWords(choice)}
          </option>
        ))}
      </Select>
    </div>
  );
}

// Loaded when a cell that ran on every computer of the class is first shown.

import { CircleAlert, CircleCheck, CirclePause, Unplug } from "lucide-react";
import { useMemo, type ComponentType, type ReactElement } from "react";
import type { CellId } from "#shared/base/ids.ts";
import type { JsonValue } from "#shared/base/parse.ts";
import { parseGathered, type GatheredPart } from "#shared/notebook/gathered/gathered.ts";
import type { CellOutput } from "#shared/notebook/output.ts";
import { durationInWords } from "../../cell/run/runWords.ts";
import { joinStreams } from "../text/joinStreams.ts";
import { gatheredInWords } from "./gatheredWords.ts";
import "./gathered.css";

export interface GatheredOutputProps {
  readonly cellId: CellId;
  readonly body: JsonValue;
  /** Shows one output. Handed in: it is what shows this. */
  readonly View: OutputComponent;
}

type OutputComponent = ComponentType<{ readonly cellId: CellId; readonly output: CellOutput }>;

/** What each computer of the class gave, one part under another, each under its name. */
export function GatheredOutput({ cellId, body, View }: GatheredOutputProps): ReactElement {
  const parts = useMemo(() => parseGathered(body), [body]);
  return (
    <section className="gathered" aria-label="Results of each computer">
      <p className="gathered__sum">{gatheredInWords(parts)}</p>
      <ul className="gathered__parts">
        {parts.map((part) => (
          <Part key={part.peer} cellId={cellId} part={part} View={View} />
        ))}
      </ul>
    </section>
  );
}

interface PartProps {
  readonly cellId: CellId;
  readonly part: GatheredPart;
  readonly View: OutputComponent;
}

function Part({ cellId, part, View }: PartProps): ReactElement {
  const { name, status, error, duration, outputs } = part;
  const shown = joinStreams(outputs);
  return (
    <li className="gathered__part">
      <h4 className="gathered__name">
        <Mark status={status} />
        <span>{name === "" ? "A computer without a name" : name}</span>
        {status !== "running" && <small>{durationInWords(duration)}</small>}
      </h4>
      <div className="gathered__body">
        {shown.map((output, index) => (
          <View key={index} cellId={cellId} output={output} />
        ))}
        {shown.length === 0 && status === "ok" && <p className="output-none">No output</p>}
        {(status === "left" || status === "stopped") && <p className="output-none">{reasonOf(part)}</p>}
        {status === "error" && !shown.some((one) => one.output_type === "error") && (
          <p className="output-none">{error}</p>
        )}
      </div>
    </li>
  );
}

const reasonOf = ({ status, error }: GatheredPart): string =>
  status === "left" ? `No result: ${error}` : "Stopped before it had a result";

function Mark({ status }: Pick<GatheredPart, "status">): ReactElement {
  switch (status) {
    case "running":
      return <span className="spinner" role="img" aria-label="Running" />;
    case "ok":
      return <CircleCheck size={14} className="ok" aria-label="Finished" />;
    case "error":
      return <CircleAlert size={14} className="bad" aria-label="Error" />;
    case "left":
      return <Unplug size={14} className="gathered__left" aria-label="Lost" />;
    case "stopped":
      return <CirclePause size={14} className="gathered__left" aria-label="Stopped" />;
  }
}
